// npm @5minds/processcube_engine_client: deploy, start, work, look. Prints what happened as JSON.
const { EngineClient } = require('@5minds/processcube_engine_client');
const { ExternalTaskError } = require('@5minds/processcube_engine_sdk');
const { readFileSync } = require('fs');

const [url, modelFile] = process.argv.slice(2);
const client = new EngineClient(url);

async function handle(payload) {
  if (payload.outcome === 'error') {
    throw new ExternalTaskError('OUT_OF_STOCK', 'none left', 'stack');
  }
  if (payload.outcome === 'crash') {
    throw new Error('crashed');
  }
  return { shipped: true };
}

async function startAndWait(outcome) {
  const options = { processModelId: 'cube', correlationId: `order-${outcome}`, initialToken: { outcome: outcome } };
  try {
    const result = await client.processModels.startProcessInstanceAndAwaitEndEvent(options);
    return [result.correlationId, result.endEventId, result.tokenPayload];
  } catch (error) {
    return [error.constructor.name, error.code];
  }
}

async function until(check) {
  for (let attempt = 0; attempt < 100; attempt++) {
    const value = await check();
    if (value) {
      return value;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it never happened');
}

async function main() {
  const told = {};
  told.name = (await client.applicationInfo.getApplicationInfo()).packageName;
  await client.processDefinitions.persistProcessDefinitions(readFileSync(modelFile, 'utf8'), { overwriteExisting: true });
  told.definitions = (await client.processDefinitions.getAll({ includeXml: true })).processDefinitions
    .filter((definition) => definition.processModels[0].processModelId === 'cube')
    .map((definition) => [definition.deployedAt instanceof Date, definition.xml.length > 100]);
  const model = await client.processModels.getById('cube');
  told.model = model.startEvents.map((event) => event.id);

  const worker = await client.externalTasks.subscribeToExternalTaskTopic('cube', handle, { idleTimeout: 10, longpollingTimeout: 2000 });
  const repairer = await client.externalTasks.subscribeToExternalTaskTopic('cube-repair', async (payload) => ({ repaired: payload.errorCode }), {
    idleTimeout: 10,
    longpollingTimeout: 2000,
  });
  worker.start();
  repairer.start();
  for (const outcome of ['fine', 'error', 'crash']) {
    told[outcome] = await startAndWait(outcome);
  }
  worker.dispose();
  repairer.dispose();

  const started = await client.processModels.startProcessInstance({ processModelId: 'cube', initialToken: { kind: 'Urgent' } });
  const picky = await client.externalTasks.subscribeToExternalTaskTopic(['cube', 'other'], async (payload) => ({ picked: payload.kind }), {
    idleTimeout: 10,
    longpollingTimeout: 2000,
    payloadFilter: /urgent/i,
  });
  picky.start();
  const query = { processInstanceId: started.processInstanceId, state: 'finished' };
  const found = await until(async () => (await client.processInstances.query(query)).processInstances[0]);
  picky.dispose();
  told.picked = [found.endToken, found.createdAt instanceof Date, found.state];
  told.failed = (await client.processInstances.query({ state: ['error'] })).processInstances.map((each) => [each.correlationId, each.error.code]);

  const open = await client.processModels.startProcessInstance({ processModelId: 'cube', correlationId: 'open' });
  told.waiting = (await client.flowNodeInstances.query({ correlationId: 'open', state: 'suspended' })).flowNodeInstances.map((each) => each.flowNodeId);
  await client.processInstances.terminateProcessInstance(open.processInstanceId);
  told.terminated = (await client.correlations.getById('open', { includeProcessInstances: true })).processInstances[0].state;
  await client.processDefinitions.deleteById(model.processDefinitionId, undefined, true);
  told.left = (await client.processModels.getAll()).processModels.filter((each) => each.processModelId === 'cube');
  client.dispose();
  console.log(JSON.stringify(told));
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
