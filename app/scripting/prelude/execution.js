// `execution` and `task`: they read what the host has sent, and write down in order what the host is to do.

let request;
let wanting = false; // the script asked for something that was not sent: it runs again, with everything
const operations = []; // [verb, "execution" or "task", name, value]: lists and maps are read when the script has ended
const printed = [];
const written = new Map(); // "target name" → the value that the script itself has set, undefined once removed
const read = new Map(); // name → the value that the script was given

class Wanting extends Error {}

function want() {
  wanting = true;
  throw new Wanting("");
}

function isSent(name) {
  if (request.complete || Object.hasOwn(request.values, name)) return true;
  return /^\w+$/.test(name) && request.source.includes(name);
}

function given(name) {
  if (!read.has(name)) {
    if (!isSent(name)) want();
    const sent = Object.hasOwn(request.values, name) ? request.values[name] : undefined;
    if (sent?.[0] === "y" || sent?.[0] === "x") OPAQUE.add(name);
    read.set(name, sent === undefined ? undefined : decode(sent, name));
  }
  return read.get(name);
}

function facts(target) {
  return request.facts?.[target] ?? want();
}

class Host {}

class VariableScope extends Host {
  constructor(target) {
    super();
    hidden(this, { target });
  }
  getVariable(name) {
    name = String(name);
    const value = written.has(name) ? written.get(name) : given(name);
    return value === undefined ? null : value;
  }
  hasVariable(name) { name = String(name); return (written.has(name) ? written.get(name) : given(name)) !== undefined; }
  setVariable(name, value) { this.write("set", String(name), value); }
  setVariableLocal(name, value) { this.write("setLocal", String(name), value); }
  setVariables(values) { for (const name of Object.keys(values)) this.setVariable(name, values[name]); }
  setVariablesLocal(values) { for (const name of Object.keys(values)) this.setVariableLocal(name, values[name]); }
  removeVariable(name) { this.forget("remove", String(name)); }
  removeVariableLocal(name) { this.forget("removeLocal", String(name)); }
  removeVariables(names) { for (const name of names ?? this.getVariableNames()) this.removeVariable(name); }
  getVariableLocal(name) { return this.hasVariableLocal(name) ? this.getVariable(name) : null; }
  hasVariableLocal(name) {
    if (!request.complete) want();
    return localNames(this.target).has(String(name)) && this.hasVariable(name);
  }
  getVariableNames() { return this.names(() => true); }
  getVariableNamesLocal() { return this.names((name) => localNames(this.target).has(name)); }
  getVariables() { return this.values(this.getVariableNames()); }
  getVariablesLocal() { return this.values(this.getVariableNamesLocal()); }
  getVariableTyped(name) {
    const value = this.getVariable(name);
    return value === null && !this.hasVariable(name) ? null : new TypedValue(value);
  }
  names(chosen) {
    if (!request.complete) want();
    const known = new Set([...Object.keys(request.values), ...written.keys()]);
    return javaList([...known].filter((name) => chosen(name) && this.hasVariable(name)));
  }
  values(names) {
    const made = Object.create(JavaMap);
    for (const name of names) made[name] = this.getVariable(name);
    return made;
  }
  write(verb, name, value) {
    written.set(name, value === undefined ? null : value);
    if (verb === "setLocal") localNames(this.target).add(name);
    operations.push([verb, this.target, name, value instanceof SpinJson ? new SpinJson(plain(value.node, 0)) : value]);
  }
  forget(verb, name) {
    written.set(name, undefined);
    operations.push([verb, this.target, name, null]);
  }
}

// Getters for what the host tells of an execution or a task, made once: a script pays only for those that it calls.
const TOLD = [
  "id", "processInstanceId", "processDefinitionId", "activityInstanceId", "currentActivityId", "currentActivityName",
  "tenantId", "eventName", "parentId", "taskDefinitionKey", "executionId", "createTime",
];

for (const name of TOLD) {
  hidden(VariableScope.prototype, {
    [`get${name[0].toUpperCase()}${name.slice(1)}`]() { return facts(this.target)[name] ?? null; },
  });
}

const locals = new Map();

function localNames(target) {
  if (!locals.has(target)) locals.set(target, new Set(request.locals?.[target]));
  return locals.get(target);
}

const TYPE_NAMES = { i: "integer", l: "long", d: "double", t: "date", o: "object", j: "json", v: "bytes" };

class TypedValue extends Host {
  constructor(value) { super(); hidden(this, { value }); }
  getValue() { return this.value; }
  getType() {
    const encoded = encode(this.value);
    const name = Array.isArray(encoded) ? TYPE_NAMES[encoded[0]] : encoded === null ? "null" : typeof encoded;
    return { getName: () => name };
  }
}

class Execution extends VariableScope {
  constructor() { super("execution"); }
  getSuperExecution() { return null; }
  getCurrentTransitionId() { return null; }
  getProcessInstance() { return new Facts(facts("processInstance")); }
  getBusinessKey() { return businessKey(); }
  getProcessBusinessKey() { return businessKey(); }
  setProcessBusinessKey(key) { changedFacts.businessKey = String(key); operations.push(["setBusinessKey", "execution", "", String(key)]); }
  getBpmnModelElementInstance() {
    const { currentActivityId, currentActivityName } = facts("execution");
    return { getId: () => currentActivityId, getName: () => currentActivityName };
  }
}

const changedFacts = {};

function businessKey() {
  return changedFacts.businessKey ?? facts("execution").businessKey;
}

class Facts extends Host {
  constructor(known) {
    super();
    for (const name of Object.keys(known)) {
      hidden(this, { [`get${name[0].toUpperCase()}${name.slice(1)}`]: () => known[name] });
    }
  }
}

const TASK_SETTERS = ["assignee", "owner", "name", "description", "priority", "dueDate", "followUpDate"];

class Task extends VariableScope {
  constructor() { super("task"); }
  getExecution() { return engineObject("execution"); }
  addCandidateUser(user) { operations.push(["addCandidateUser", "task", "", user]); }
  addCandidateGroup(group) { operations.push(["addCandidateGroup", "task", "", group]); }
  deleteCandidateUser(user) { operations.push(["deleteCandidateUser", "task", "", user]); }
  deleteCandidateGroup(group) { operations.push(["deleteCandidateGroup", "task", "", group]); }
}

for (const name of TASK_SETTERS) {
  const capital = `${name[0].toUpperCase()}${name.slice(1)}`;
  const changed = `task.${name}`;
  hidden(Task.prototype, {
    [`set${capital}`](value) { changedFacts[changed] = value; operations.push(["setAttribute", "task", name, value]); },
    [`get${capital}`]() {
      return changed in changedFacts ? changedFacts[changed] : decode(facts("task")[name], undefined);
    },
  });
}

const engineObjects = new Map();

function engineObject(name) {
  if (!engineObjects.has(name)) engineObjects.set(name, name === "task" ? new Task() : new Execution());
  return engineObjects.get(name);
}
