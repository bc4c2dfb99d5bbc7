// Spin's JSON: S(text), and what a variable of type Json is to a script.

const UNSET = Symbol("unset");

function kindOf(node) {
  if (node === null) return "NULL";
  return Array.isArray(node) ? "ARRAY" : (typeof node).toUpperCase();
}

function spinNode(value) {
  return value instanceof SpinJson ? value.node : plain(value, 0);
}

class SpinJson {
  constructor(node) { hidden(this, { node }); }
  expect(kind, wanted) {
    if (kindOf(this.node) !== kind) throw new TypeError(`Expected '${wanted}', got '${kindOf(this.node)}'`);
    return this.node;
  }
  prop(name, value = UNSET) {
    const node = this.expect("OBJECT", "SpinJson");
    if (value !== UNSET) {
      node[name] = spinNode(value);
      return this;
    }
    if (!Object.hasOwn(node, name)) throw new TypeError(`Unable to find '${name}'`);
    return new SpinJson(node[name]);
  }
  hasProp(name) { return kindOf(this.node) === "OBJECT" && Object.hasOwn(this.node, name); }
  deleteProp(names) {
    for (const name of Array.isArray(names) ? names : [names]) {
      this.prop(name);
      delete this.node[name];
    }
    return this;
  }
  fieldNames() { return javaList(Object.keys(this.expect("OBJECT", "SpinJson"))); }
  elements() { return javaList(this.expect("ARRAY", "SpinList").map((item) => new SpinJson(item))); }
  append(...items) {
    this.expect("ARRAY", "SpinList").push(...items.map(spinNode));
    return this;
  }
  insertAt(index, item) { this.expect("ARRAY", "SpinList").splice(index, 0, spinNode(item)); return this; }
  removeAt(index) { this.expect("ARRAY", "SpinList").splice(index, 1); return this; }
  indexOf(item) {
    const text = JSON.stringify(spinNode(item));
    return this.expect("ARRAY", "SpinList").findIndex((each) => JSON.stringify(each) === text);
  }
  contains(item) { return this.indexOf(item) >= 0; }
  isObject() { return kindOf(this.node) === "OBJECT"; }
  isArray() { return kindOf(this.node) === "ARRAY"; }
  isString() { return kindOf(this.node) === "STRING"; }
  isNumber() { return kindOf(this.node) === "NUMBER"; }
  isBoolean() { return kindOf(this.node) === "BOOLEAN"; }
  isNull() { return this.node === null; }
  isValue() { return !this.isObject() && !this.isArray(); }
  value() {
    if (!this.isValue()) throw new TypeError(`Expected 'String/Number/Boolean/Null', got '${kindOf(this.node)}'`);
    return this.node;
  }
  stringValue() { return this.expect("STRING", "String"); }
  numberValue() { return this.expect("NUMBER", "Number"); }
  boolValue() { return this.expect("BOOLEAN", "Boolean"); }
  jsonPath(path) { return new SpinPath(path, this.node); }
  unwrap() { return this.mapTo(); }
  mapTo() { return javaValue(JSON.parse(this.toString())); }
  toString() { return JSON.stringify(this.node); }
}

// A path of names, indices, `*`, `..` and comparisons: `$.orders[0].id`, `$..price`, `$.rows[?(@.state == 'open')]`.
class SpinPath {
  constructor(path, root) {
    const { found, definite } = follow(String(path), root);
    if (definite && found.length === 0) throw new TypeError(`Unable to evaluate JsonPath expression '${path}'`);
    hidden(this, { found, definite });
  }
  element() { return new SpinJson(this.definite ? this.found[0] : this.found); }
  elementList() { return this.element().elements(); }
  stringValue() { return this.element().stringValue(); }
  numberValue() { return this.element().numberValue(); }
  boolValue() { return this.element().boolValue(); }
}

const STEP = /(\.\.)?\.?(?:([\p{L}_$][\p{L}\p{N}_$-]*)|(\*))|(\.\.)?\[\s*(?:(-?\d+)|(\*)|'([^']*)'|"([^"]*)"|\?\(\s*@\.([\w.]+)\s*(?:(==|!=|<=|>=|<|>)\s*([^)]*?)\s*)?\))\s*\]/uy;

function follow(path, root) {
  if (path[0] !== "$") throw new TypeError(`A JsonPath begins with '$': ${path}`);
  let found = [root];
  let definite = true;
  STEP.lastIndex = 1;
  while (STEP.lastIndex < path.length) {
    const match = STEP.exec(path);
    if (match === null) throw new Refusal(`Scripts do not know this JsonPath: ${path}`);
    const [, deep, name, any, deepIndex, index, anyIndex, single, double, member, operator, literal] = match;
    if (deep || deepIndex) found = found.flatMap(descendants);
    definite &&= !(deep || deepIndex || any || anyIndex || member);
    if (any || anyIndex) found = found.flatMap((node) => (typeof node === "object" && node !== null ? Object.values(node) : []));
    else if (member) found = found.flatMap((node) => (Array.isArray(node) ? node.filter((item) => compares(item, member, operator, literal)) : []));
    else if (index !== undefined) found = found.filter(Array.isArray).map((node) => node.at(Number(index))).filter((item) => item !== undefined);
    else found = children(found, name ?? single ?? double);
  }
  return { found, definite };
}

function children(nodes, name) {
  return nodes.filter((node) => typeof node === "object" && node !== null && !Array.isArray(node) && Object.hasOwn(node, name)).map((node) => node[name]);
}

function descendants(node) {
  if (typeof node !== "object" || node === null) return [node];
  return [node, ...Object.values(node).flatMap(descendants)];
}

function compares(item, member, operator, literal) {
  const value = member.split(".").reduce((node, name) => node?.[name], item);
  if (operator === undefined) return value !== undefined;
  const other = literal[0] === "'" ? literal.slice(1, -1) : JSON.parse(literal);
  switch (operator) {
    case "==": return value === other;
    case "!=": return value !== other;
    case "<": return value < other;
    case ">": return value > other;
    case "<=": return value <= other;
    default: return value >= other;
  }
}

function S(value) {
  if (value instanceof SpinJson) return value;
  if (typeof value !== "string") return new SpinJson(plain(value, 0));
  if (value.trimStart()[0] === "<") throw new Refusal("Scripts do not read XML.");
  try {
    return new SpinJson(JSON.parse(value));
  } catch (error) {
    throw new TypeError(`Unable to parse the text as JSON: ${error.message}`);
  }
}
