"""Random files with decisions, and random variables for them."""

from __future__ import annotations

import random
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from tests.oracle.dmn.cases import Case
from tests.oracle.dmn.vocabulary import BAD_CELLS, CELLS, EXPRESSIONS, JUEL, NAMES, OUTPUTS, VARIABLES

_HEAD = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" '
    'xmlns:camunda="http://camunda.org/schema/1.0/dmn" id={id} name="random" namespace="random">'
)
_FIXED: dict[str, tuple[str, object]] = {
    "n": ("Integer", 3),
    "s": ("String", "abc"),
    "b": ("Boolean", True),
    "f": ("Double", 2.5),
    "l": ("Json", "[1,2,3,4]"),
    "o": ("Json", '{"a":1,"b":{"c":"x"}}'),
    "ls": ("Json", '[{"p":1},{"p":5}]'),
}
_TYPES = {
    "number": ["integer", "long", "double", "number", None, None],
    "string": ["string", "string", None],
    "boolean": ["boolean", "boolean", None],
    "date": ["date"],
    "list": [None, "Any"],
}
_POLICIES = ["UNIQUE", "FIRST", "FIRST", "ANY", "RULE ORDER", "COLLECT", "COLLECT", "COLLECT"]
_UNKNOWN_POLICIES = ["PRIORITY", "OUTPUT ORDER", "first"]


class Generator:
    """Make cases of one seed; the same seed makes the same case."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.id = f"R{seed}"
        self._count = 0
        self.names: list[str] = []

    def case(self) -> Case:
        """Return a file of one to three decisions, of which the last one is asked for, and questions."""
        count = self.random.choice([1, 1, 1, 2, 3])
        decisions = "".join(self._decision(position) for position in range(count))
        xml = f"{_HEAD.format(id=quoteattr(self.id))}{decisions}</definitions>"
        return Case(xml, f"{self.id}_{count - 1}", tuple(self._question() for _ in range(5)))

    def _question(self) -> dict[str, tuple[str, object]]:
        return {
            name: (kind, self.random.choice(values))
            for name, (kind, values) in VARIABLES.items()
            if self.random.random() > 0.06
        }

    def _new_id(self) -> str:
        self._count += 1
        return f"e{self._count}"

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _decision(self, position: int) -> str:
        key = f"{self.id}_{position}"
        required = "".join(
            f'<informationRequirement id="{self._new_id()}"><requiredDecision href="#{self.id}_{other}"/>'
            "</informationRequirement>"
            for other in range(position)
            if other == position - 1 or self._chance(0.3)
        )
        logic = self._literal(position) if self._chance(0.2) else required + self._table(position)
        if not logic.startswith("<informationRequirement") and required:
            head, _, tail = logic.partition("<literalExpression")
            logic = f"{head}{required}<literalExpression{tail}"
        return f'<decision id="{key}" name="Decision {position}">{logic}</decision>'

    def _literal(self, position: int) -> str:
        type_name = self.random.choice(["integer", "long", "double", "string", "boolean", "number", "date", ""])
        text = self._output(type_name)
        name = f"r{position}"
        self.names.append(name)
        return (
            f'<variable id="{self._new_id()}" name="{name}"{_type(type_name)}/>'
            f'<literalExpression id="{self._new_id()}"><text>{escape(text)}</text></literalExpression>'
        )

    def _table(self, position: int) -> str:
        inputs = [self._kind() for _ in range(self.random.choice([0, 1, 1, 2, 2, 3]))]
        types = [
            self.random.choice(["integer", "long", "double", "string", "boolean", "number", "date", "", ""])
            for _ in range(self.random.choice([1, 1, 1, 2]))
        ]
        columns = "".join(map(self._input, inputs))
        outputs = "".join(self._output_column(type_name, position, index) for index, type_name in enumerate(types))
        rules = "".join(self._rule(inputs, types) for _ in range(self.random.randint(1, 6)))
        self.names += [f"r{position}{index}" for index in range(len(types))]
        return f'<decisionTable id="{self._new_id()}"{self._policy()}>{columns}{outputs}{rules}</decisionTable>'

    def _kind(self) -> str:
        return self.random.choice(["number", "number", "number", "string", "string", "boolean", "date", "list"])

    def _policy(self) -> str:
        policy = self.random.choice(_UNKNOWN_POLICIES if self._chance(0.01) else _POLICIES)
        aggregated = policy == "COLLECT" and self._chance(0.5)
        aggregation = f' aggregation="{self.random.choice(["SUM", "MIN", "MAX", "COUNT"])}"' if aggregated else ""
        return f' hitPolicy="{policy}"{aggregation}'

    def _input(self, kind: str) -> str:
        variable = (
            f' camunda:inputVariable="{self.random.choice(["v", "n", "cellInput"])}"' if self._chance(0.1) else ""
        )
        if self.names and self._chance(0.3):
            text, language = self.random.choice(self.names), ""
        else:
            text, language = self._text(EXPRESSIONS[kind], kind)
        type_name = self.random.choice(_TYPES[self._kind() if self._chance(0.03) else kind])
        attributes = f'id="{self._new_id()}"{_type(type_name)}{language}'
        expression = f"<inputExpression {attributes}><text>{escape(text)}</text></inputExpression>"
        return f'<input id="{self._new_id()}"{variable}>{expression}</input>'

    def _text(self, texts: list[str], kind: str) -> tuple[str, str]:
        if kind in JUEL and self._chance(0.08):
            return self.random.choice(JUEL[kind]), ' expressionLanguage="juel"'
        return self.random.choice(texts), ""

    def _output_column(self, type_name: str, position: int, index: int) -> str:
        return f'<output id="{self._new_id()}" name="r{position}{index}"{_type(type_name)}/>'

    def _rule(self, inputs: list[str], types: list[str]) -> str:
        cells = "".join(
            f'<inputEntry id="{self._new_id()}"{language}><text>{escape(text)}</text></inputEntry>'
            for text, language in (self._cell(kind, column) for column, kind in enumerate(inputs))
        )
        results = "".join(
            f'<outputEntry id="{self._new_id()}"><text>{escape(self._output(type_name))}</text></outputEntry>'
            for type_name in types
        )
        return f'<rule id="{self._new_id()}">{cells}{results}</rule>'

    def _cell(self, kind: str, column: int) -> tuple[str, str]:
        """Return a cell; one that is wrong stands in the first column alone, which is always evaluated."""
        if column == 0 and self._chance(0.004):
            return self.random.choice(BAD_CELLS), ""
        if self._chance(0.25):
            return self.random.choice(["-", ""]), ""
        return self._text(CELLS[kind], self._kind() if self._chance(0.05) else kind)

    def _output(self, type_name: str) -> str:
        if self._chance(0.05):
            return ""
        if self.names and self._chance(0.1):
            return self.random.choice(self.names)
        if self._chance(0.03):
            return self.random.choice(OUTPUTS[self.random.choice(["string", "integer", "boolean"])])
        names = NAMES.get(type_name, [])
        return self.random.choice([*OUTPUTS[type_name], *names])


def expression_cases() -> list[Case]:
    """Return a case for each line of `expressions.txt`: a literal expression, asked once."""
    lines = Path(__file__).with_name("expressions.txt").read_text(encoding="utf-8").splitlines()
    return [_expression_case(position, text) for position, text in enumerate(lines)]


def _expression_case(position: int, text: str) -> Case:
    key = f"E{position}"
    logic = f'<variable id="v" name="r"/><literalExpression id="l"><text>{escape(text)}</text></literalExpression>'
    xml = f"{_HEAD.format(id=quoteattr(f'D{position}'))}<decision id="
    return Case(f'{xml}"{key}" name="Expression">{logic}</decision></definitions>', key, (_FIXED,))


def _type(name: str | None) -> str:
    return f' typeRef="{name}"' if name else ""
