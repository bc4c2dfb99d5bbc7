// A worker with Camunda's own client for JavaScript, by HTTP Basic.
import { BasicAuthInterceptor, Client, File, Variables } from "camunda-external-task-client-js";

const [url, username, password, invoice] = process.argv.slice(2);
const seen = new Set();
const client = new Client({
  baseUrl: url,
  workerId: "javascript",
  interceptors: new BasicAuthInterceptor({ username, password }),
  asyncResponseTimeout: 20000,
  lockDuration: 10000,
  interval: 10,
  sorting: [{ sortBy: "createTime", sortOrder: "asc" }],
});

// Fail once, then refuse a large amount and take a small one.
client.subscribe("charge", { includeExtensionProperties: true }, async ({ task, taskService }) => {
  if (!seen.has(task.id)) {
    seen.add(task.id);
    const failure = { errorMessage: "no connection", errorDetails: "stack of the failure", retries: 2, retryTimeout: 0 };
    await taskService.handleFailure(task, failure);
  } else if (task.variables.get("amount") > 100) {
    await taskService.handleBpmnError(task, "DECLINED", "limit reached", new Variables().set("limit", 100));
  } else {
    await taskService.extendLock(task, 20000);
    const variables = new Variables()
      .set("receipt", "R-1")
      .set("currency", task.extensionProperties.currency)
      .set("at", new Date("2026-01-02T03:04:05.678Z"))
      .set("lines", { sku: ["a", "b"] })
      .set("invoice", await new File({ localPath: invoice, mimetype: "application/pdf" }).load());
    await taskService.complete(task, variables, new Variables().set("mine", 1));
  }
});
client.subscribe("dun", async ({ task, taskService }) => taskService.complete(task));
