// npm @process-engine/external_task_api_client: its service and its worker. Prints what happened as JSON.
const { ExternalTaskApiExternalAccessor, ExternalTaskApiClientService, ExternalTaskWorker } = require('@process-engine/external_task_api_client');
// The package brings contracts of its own, whose classes its worker looks for.
const contracts = { paths: [require.resolve('@process-engine/external_task_api_client')] };
const { DataModels } = require(require.resolve('@process-engine/consumer_api_contracts', contracts));
const { HttpClient } = require('@essential-projects/http');

const url = process.argv[2];
const identity = { token: 'ZHVtbXlfdG9rZW4=', userId: 'dummy_token' };
const { ExternalTaskSuccessResult, ExternalTaskBpmnError } = DataModels.ExternalTask;

const httpClient = new HttpClient();
httpClient.config = { url: url };
const service = new ExternalTaskApiClientService(new ExternalTaskApiExternalAccessor(httpClient));

async function refused(call) {
  try {
    await call();
    return 'accepted';
  } catch (error) {
    return error.code;
  }
}

function work(topic, handle) {
  return new Promise((resolve) => {
    const worker = new ExternalTaskWorker(url, identity, topic, 5, 1000, async (task) => {
      setTimeout(() => { worker.stop(); resolve(task.payload); }, 500);
      return handle(task);
    });
    worker.start();
  });
}

async function main() {
  const told = {};
  const [task] = await service.fetchAndLockExternalTasks(identity, 'w1', 'manual', 1, 0, 60000);
  told.members = Object.keys(task);
  await service.extendLock(identity, 'w1', task.id, 60000);
  told.notMine = await refused(() => service.handleServiceError(identity, 'w2', task.id, 'm', 'd'));
  await service.finishExternalTask(identity, 'w1', task.id, { done: true });
  told.finished = await refused(() => service.handleBpmnError(identity, 'w1', task.id, 'E'));
  told.unknown = await refused(() => service.finishExternalTask(identity, 'w1', 'nothing', {}));
  told.worked = await work('work', (each) => new ExternalTaskBpmnError(each.id, 'OUT_OF_STOCK'));
  told.repaired = await work('repair', (each) => new ExternalTaskSuccessResult(each.id, { repaired: true }));
  console.log(JSON.stringify(told));
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
