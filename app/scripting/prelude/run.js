// One evaluation: the host calls `run` with a request in JSON and gets the outcome in JSON.

const { parse, stringify } = JSON;
const evaluateGlobally = eval;
const RealDate = Date;
const MAX_PRINTED = 100;
const MAX_LINE = 1000;
const LINES_BEFORE_BODY = 2; // what `new Function` writes before the body

// The clock stands still while a script runs, and is the server's.
function ServerDate(...args) {
  if (!new.target) return new RealDate(request.now).toString();
  return Reflect.construct(RealDate, args.length ? args : [request.now], new.target);
}
ServerDate.prototype = RealDate.prototype;
hidden(ServerDate, { now: () => request.now, parse: RealDate.parse, UTC: RealDate.UTC });
Object.defineProperty(ServerDate, "name", { value: "Date" });
Object.defineProperty(ServerDate, "length", { value: 7 });
RealDate.prototype.constructor = ServerDate;

// Every evaluation begins with the same memory, so chance must come with the request (mulberry32).
let state = 0;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}

function print(...args) {
  if (printed.length < MAX_PRINTED) printed.push(args.map(String).join(" ").slice(0, MAX_LINE));
}

const console = { log: print, info: print, warn: print, error: print, debug: print };

hidden(globalThis, { Date: ServerDate, S, print, console, org, java, Java: { type: javaType } });
hidden(Math, { random });
for (const name of ["SharedArrayBuffer", "Atomics", "WebAssembly", "performance", "queueMicrotask", "navigator", "gc"]) {
  delete globalThis[name];
}

function show(name, getter) {
  Object.defineProperty(globalThis, name, {
    configurable: true,
    enumerable: true,
    get: getter,
    set(value) { Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true }); },
  });
}

const UNCHANGEABLE = new Set(["undefined", "NaN", "Infinity", "execution", "task"]);

function begin(text) {
  delete globalThis[" run"];
  request = parse(text);
  state = request.seed | 0;
  for (const name of Object.keys(request.values ?? {})) {
    if (!UNCHANGEABLE.has(name)) show(name, () => given(name));
  }
  for (const name of request.objects ?? []) show(name, () => engineObject(name));
}

function describe(error) {
  try {
    if (error instanceof BpmnError) {
      return { thrown: [String(error.code), error.told === null ? null : String(error.told)] };
    }
    const place = /<input>:(\d+)/.exec(String(error?.stack ?? ""));
    const text = error instanceof Refusal ? error.message : String(error);
    const line = place === null ? null : Number(place[1]) - (request.parameters ? LINES_BEFORE_BODY : 0);
    return { failed: [text.slice(0, 2 * MAX_LINE), line] };
  } catch {
    return { failed: ["The script threw something that has no text.", null] };
  }
}

// A list or map that came from a variable and was changed in place is stored, as Camunda does.
function changedInPlace() {
  for (const [name, value] of read) {
    const sent = request.values?.[name];
    if (sent?.[0] !== "o" || (written.has(name) && written.get(name) !== value)) continue;
    const now = stringify(plain(value, 0));
    if (now !== stringify(parse(sent[1]))) operations.push(["set", "execution", name, value]);
  }
}

const KINDS = {
  script() {
    return { result: encode(evaluateGlobally(request.source)) };
  },
  function() {
    const body = new Function(...request.parameters, request.source);
    const result = body.apply(request.self, request.arguments);
    return result === undefined ? {} : { result: plain(result, 0) };
  },
  syntax() {
    try {
      if (request.parameters) new Function(...request.parameters, request.source);
      else evaluateGlobally(`throw 0;${request.source}`);
    } catch (error) {
      if (error instanceof SyntaxError) throw error;
    }
    return {};
  },
};

let outcome;

function attempt(step) {
  try {
    step();
  } catch (error) {
    outcome = describe(error);
  }
}

function run(text) {
  begin(text);
  attempt(() => { outcome = KINDS[request.kind](); });
  return request.waits ? "" : finish();
}

// Called by `run`, or by the host once the promises have been given their turn.
function finish() {
  if (wanting) return '{"wanting":true}';
  if (outcome.failed === undefined) attempt(changedInPlace);
  attempt(() => { outcome.operations = operations.map(([verb, target, name, value]) => [verb, target, name, encode(value)]); });
  return stringify({ ...outcome, printed });
}

hidden(globalThis, { " run": run, " finish": finish });
