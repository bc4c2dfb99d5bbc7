// npm @process-engine/consumer_api_client: a worker, starts that wait, user tasks, errors. Prints what happened as JSON.
const { ConsumerApiClient, ExternalAccessor, ExternalTaskWorker } = require('@process-engine/consumer_api_client');
const { DataModels } = require('@process-engine/consumer_api_contracts');
const { HttpClient } = require('@essential-projects/http');

const url = process.argv[2];
const identity = { token: 'ZHVtbXlfdG9rZW4=', userId: 'dummy_token' };
const { ExternalTaskSuccessResult, ExternalTaskBpmnError, ExternalTaskServiceError } = DataModels.ExternalTask;

const httpClient = new HttpClient();
httpClient.config = { url: url };
const client = new ConsumerApiClient(new ExternalAccessor(httpClient));

async function handle(task) {
  if (task.payload.outcome === 'bpmn') {
    return new ExternalTaskBpmnError(task.id, 'OUT_OF_STOCK', 'none left');
  }
  if (task.payload.outcome === 'service') {
    return new ExternalTaskServiceError(task.id, 'no route', { host: 'b' });
  }
  if (task.payload.outcome === 'crash') {
    throw new Error('crashed');
  }
  return new ExternalTaskSuccessResult(task.id, { shipped: true, isLocked: new Date(task.lockExpirationTime) > new Date() });
}

async function startAndWait(outcome) {
  const payload = { correlationId: `order-${outcome}`, inputValues: { outcome: outcome } };
  const finished = DataModels.ProcessModels.StartCallbackType.CallbackOnProcessInstanceFinished;
  try {
    const result = await client.startProcessInstance(identity, 'process', payload, finished);
    return [result.correlationId, result.endEventId, result.tokenPayload];
  } catch (error) {
    return [error.constructor.name, error.code, error.additionalInformation.correlationId];
  }
}

async function refused(call) {
  try {
    await call();
    return 'accepted';
  } catch (error) {
    return [error.code, error.message.replace(/[0-9a-f-]{36}/, 'ID').replace(/until .*Z/, 'until THEN')];
  }
}

async function fetchOne(workerId) {
  return (await client.fetchAndLockExternalTasks(identity, workerId, 'manual', 1, 10000, 60000))[0];
}

async function main() {
  const told = {};
  const worker = new ExternalTaskWorker(url, identity, 'work', 5, 1000, handle);
  const repairer = new ExternalTaskWorker(url, identity, 'repair', 5, 1000, async (task) => new ExternalTaskSuccessResult(task.id, {}));
  worker.start();
  repairer.start();
  told.models = (await client.getProcessModels(identity)).processModels.map((model) => model.id);
  told.model = (await client.getProcessModelById(identity, 'process')).endEvents.map((event) => event.id);
  for (const outcome of ['fine', 'bpmn', 'service', 'crash']) {
    told[outcome] = await startAndWait(outcome);
  }
  told.results = (await client.getProcessResultForCorrelation(identity, 'order-fine', 'process')).correlationResults;

  await client.startProcessInstance(identity, 'asking', { inputValues: { a: 1 } }, 1);
  const tasks = await client.getUserTasksForProcessModel(identity, 'asking');
  const task = tasks.userTasks[0];
  told.userTask = [task.id, task.data.formFields[0].id, task.tokenPayload];
  await client.finishUserTask(identity, task.processInstanceId, task.correlationId, task.flowNodeInstanceId, {
    formFields: { approved: true },
  });
  told.userTasksLeft = (await client.getUserTasksForProcessModel(identity, 'asking')).totalCount;

  const external = await fetchOne('w1');
  told.payload = external.payload;
  told.notMine = await refused(() => client.finishExternalTask(identity, 'w2', external.id, {}));
  await client.extendLock(identity, 'w1', external.id, 60000);
  await client.handleBpmnError(identity, 'w1', external.id, 'NOBODY', 'catches it');
  told.finished = await refused(() => client.finishExternalTask(identity, 'w1', external.id, {}));
  told.unknown = await refused(() => client.finishExternalTask(identity, 'w1', 'nothing', {}));
  told.badInput = await refused(() => client.fetchAndLockExternalTasks(identity, '', 'work', 1, 0, 1));
  worker.stop();
  repairer.stop();
  console.log(JSON.stringify(told));
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
