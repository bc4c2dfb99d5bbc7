// How values cross: the host's JSON becomes what a script sees, and what a script leaves becomes the host's JSON again.
// A value is a bare JSON value, or a list: its letter first, then what the letter needs.

const MAX_DEPTH = 200;
const INT32_MAX = 2 ** 31 - 1;
const longs = new Map(); // number → the exact text of the Long that the script was given
const origins = new WeakMap(); // object → the name of the variable whose value it is

class Refusal extends Error {}

function decode(value, name) {
  if (!Array.isArray(value)) return value;
  const [letter, content] = value;
  const made = DECODERS[letter](content);
  if (typeof made === "object" && made !== null) origins.set(made, name);
  return made;
}

const DECODERS = {
  l: (text) => long(Number(text), text),
  d: Number,
  t: (ms) => javaDate(ms),
  o: (text) => javaValue(JSON.parse(text)),
  r: (text) => decisionResult(JSON.parse(text)),
  j: (text) => new SpinJson(JSON.parse(text)),
  y: (base64) => bytes(base64),
  x: () => ({}),
};

function long(number, text = String(number)) {
  if (Math.abs(number) > INT32_MAX) longs.set(number, text);
  return number;
}

function bytes(base64) {
  const text = atob(base64);
  const made = new Int8Array(text.length);
  for (let index = 0; index < text.length; index++) made[index] = text.charCodeAt(index);
  return made;
}

function encode(value) {
  switch (typeof value) {
    case "undefined": return null;
    case "boolean":
    case "string": return value;
    case "number": return number(value);
    case "bigint": return ["l", String(value)];
    case "object": return object(value);
    case "function": return ["o", "{}"];
    default: throw new Refusal("A symbol cannot be stored in a variable.");
  }
}

function number(value) {
  if (Number.isInteger(value)) {
    if (value >= -INT32_MAX - 1 && value <= INT32_MAX) return ["i", value | 0];
    if (longs.has(value)) return ["l", longs.get(value)];
  }
  return ["d", String(value)];
}

function object(value) {
  if (value === null) return null;
  if (value instanceof String || value instanceof Boolean || value instanceof Number) return encode(value.valueOf());
  if (value instanceof SpinJson) return ["j", value.toString()];
  if (value instanceof Date) return ["t", value.getTime()];
  const origin = origins.get(value);
  if (OPAQUE.has(origin)) return ["v", origin];
  if (value instanceof Host) throw new Refusal("An object of the engine cannot be stored in a variable.");
  return ["o", JSON.stringify(plain(value, 0))];
}

// The names of the variables whose value a script can pass on but not look into.
const OPAQUE = new Set();

function plain(value, depth) {
  if (depth > MAX_DEPTH) throw new Refusal(`The value is nested in itself, or deeper than ${MAX_DEPTH} levels.`);
  if (typeof value === "function") return {};
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "symbol") throw new Refusal("A symbol cannot be stored in a variable.");
  if (typeof value !== "object" || value === null) return value ?? null;
  if (value instanceof String || value instanceof Boolean || value instanceof Number) return value.valueOf();
  if (value instanceof SpinJson) return value.node;
  if (value instanceof Date) return value.getTime();
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value, (item) => plain(item, depth + 1));
  const entries = value instanceof Map ? value.entries() : Object.entries(value);
  const made = Object.create(null);
  for (const [key, item] of entries) made[String(key)] = plain(item, depth + 1);
  return made;
}
