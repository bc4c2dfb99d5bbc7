// What Camunda's scripts see of Java: lists, maps and dates with Java's methods beside JavaScript's, and one class.

const JavaList = Object.create(Array.prototype);
const JavaMap = Object.create(Object.prototype);
const JavaDate = Object.create(Date.prototype);

function hidden(target, methods) {
  for (const name of Object.keys(methods)) {
    Object.defineProperty(target, name, { value: methods[name], writable: true, configurable: true, enumerable: false });
  }
}

// Give a parsed JSON value Java's methods, all through it.
function javaValue(value) {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    for (const item of value) javaValue(item);
    return Object.setPrototypeOf(value, JavaList);
  }
  for (const key of Object.keys(value)) javaValue(value[key]);
  return Object.setPrototypeOf(value, JavaMap);
}

function javaList(items) {
  return Object.setPrototypeOf(items, JavaList);
}

function javaDate(ms) {
  return Object.setPrototypeOf(new RealDate(ms), JavaDate);
}

function javaText(value) {
  return value === undefined || value === null ? "null" : String(value);
}

hidden(JavaList, {
  size() { return this.length; },
  isEmpty() { return this.length === 0; },
  get(index) {
    if (index < 0 || index >= this.length) throw new RangeError(`Index ${index} out of bounds for length ${this.length}`);
    return this[index];
  },
  set(index, item) { const old = this.get(index); this[index] = item; return old; },
  add(...args) { this.splice(args.length > 1 ? args[0] : this.length, 0, args[args.length - 1]); return true; },
  addAll(items) { this.push(...items); return true; },
  contains(item) { return this.includes(item); },
  containsAll(items) { return items.every((item) => this.includes(item)); },
  remove(index) { return this.splice(index, 1)[0]; },
  clear() { this.length = 0; },
  subList(from, to) { return javaList(this.slice(from, to)); },
  toString() { return `[${this.map(javaText).join(", ")}]`; },
});

hidden(JavaMap, {
  size() { return Object.keys(this).length; },
  isEmpty() { return Object.keys(this).length === 0; },
  get(key) { return Object.hasOwn(this, key) ? this[key] : null; },
  getOrDefault(key, other) { return Object.hasOwn(this, key) ? this[key] : other; },
  put(key, item) { const old = this.get(key); this[key] = item; return old; },
  putAll(items) { Object.assign(this, items); },
  containsKey(key) { return Object.hasOwn(this, key); },
  containsValue(item) { return Object.values(this).includes(item); },
  remove(key) { const old = this.get(key); delete this[key]; return old; },
  clear() { for (const key of Object.keys(this)) delete this[key]; },
  keySet() { return javaList(Object.keys(this)); },
  values() { return javaList(Object.values(this)); },
  entrySet() {
    return javaList(Object.entries(this).map(([key, item]) => ({ key, value: item, getKey: () => key, getValue: () => item })));
  },
  toString() { return `{${Object.entries(this).map(([key, item]) => `${key}=${javaText(item)}`).join(", ")}}`; },
});

// What a decision gave: a list of rows, and what Camunda's class reads from it.
const DecisionResult = Object.create(JavaList);
const DecisionRow = Object.create(JavaMap);

function decisionResult(rows) {
  javaValue(rows);
  for (const row of rows) Object.setPrototypeOf(row, DecisionRow);
  return Object.setPrototypeOf(rows, DecisionResult);
}

function single(items, what) {
  if (items.length > 1) throw new Error(`Unable to get single ${what} as it has more than one`);
  return items.length ? items[0] : null;
}

hidden(DecisionResult, {
  getSingleResult() { return single(this, "decision result"); },
  getFirstResult() { return this.length ? this[0] : null; },
  getSingleEntry() { const row = this.getSingleResult(); return row === null ? null : row.getSingleEntry(); },
  getResultList() { return javaList(Array.from(this)); },
  collectEntries(name) { return javaList(Array.from(this).filter((row) => row.containsKey(name)).map((row) => row.get(name))); },
});

hidden(DecisionRow, {
  getEntry(name) { return this.get(name); },
  getFirstEntry() { const entries = Object.values(this); return entries.length ? entries[0] : null; },
  getSingleEntry() { return single(Object.values(this), "decision result entry"); },
  getEntryMap() { return Object.setPrototypeOf({ ...this }, JavaMap); },
});

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (value) => String(value).padStart(2, "0");

hidden(JavaDate, {
  getTime() { return long(this.valueOf()); },
  before(other) { return this.valueOf() < other.valueOf(); },
  after(other) { return this.valueOf() > other.valueOf(); },
  compareTo(other) { return Math.sign(this.valueOf() - other.valueOf()); },
  equals(other) { return other instanceof Date && this.valueOf() === other.valueOf(); },
  toString() {
    const day = `${DAYS[this.getUTCDay()]} ${MONTHS[this.getUTCMonth()]} ${two(this.getUTCDate())}`;
    return `${day} ${two(this.getUTCHours())}:${two(this.getUTCMinutes())}:${two(this.getUTCSeconds())} UTC ${this.getUTCFullYear()}`;
  },
});
Object.defineProperty(JavaDate, Symbol.toPrimitive, {
  value(hint) { return hint === "string" ? this.toString() : this.valueOf(); },
});

class BpmnError extends Error {
  constructor(code, message) {
    super(typeof message === "string" ? message : "");
    this.code = code;
    this.told = typeof message === "string" ? message : null;
  }
  getErrorCode() { return this.code; }
  getMessage() { return this.told; }
}
BpmnError.prototype.name = "BpmnError";

// What models use of java.util and java.lang, written in JavaScript: nothing of Java is behind these names.
function newMap(entries) {
  return Object.assign(Object.create(JavaMap), entries);
}

function randomUuid() {
  const digits = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";
  return digits.replace(/x/g, () => Math.floor(Math.random() * 16).toString(16));
}

const java = {
  util: {
    ArrayList: function (items) { return javaList(typeof items === "object" ? [...items] : []); },
    Date: function (ms) { return javaDate(ms ?? request.now); },
    HashMap: function (entries) { return newMap(entries); },
    LinkedHashMap: function (entries) { return newMap(entries); },
    UUID: { randomUUID: randomUuid },
  },
  lang: { System: { currentTimeMillis: () => long(request.now), out: { println: print, print } } },
};
const org = { camunda: { bpm: { engine: { delegate: { BpmnError } } } } };

function javaType(name) {
  const found = String(name).split(".").reduce((place, part) => place?.[part], { java, org });
  if (typeof found !== "function" && found !== java.util.UUID && found !== java.lang.System) {
    throw new Refusal(`There is no Java in scripts: ${name}`);
  }
  return found;
}
