"""Draw the figures of the notebook as SVG files beside this script: `python draw_figures.py`.

Every figure is a list of shapes on a white rounded background, so that it reads the same on a light and a dark page.
Formulas are written as in LaTeX, `W_{ax}` or `a^{t-1}`; superscripts are time steps and get their angle brackets here.
Running the script again writes the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

Point = tuple[float, float]

INK = "#1f2937"
SOFT = "#6b7280"
GRADIENT = "#c2410c"
BLUE = ("#dbeafe", "#1d4ed8")
RED = ("#fee2e2", "#b91c1c")
GREEN = ("#dcfce7", "#15803d")
YELLOW = ("#fef9c3", "#a16207")
VIOLET = ("#ede9fe", "#6d28d9")
WHITE = ("#ffffff", INK)
PALE = ("#f8fafc", "#94a3b8")

PIECE = re.compile(r"_\{([^}]*)\}|\^\{([^}]*)\}|([^_^]+)")


class Figure:
    """One drawing: shapes in the order they were added, later ones on top.

    Args:
        width: In pixels.
        height: In pixels.
        title: What the figure shows, for readers who cannot see it.
    """

    def __init__(self, width: int, height: int, title: str) -> None:
        self.width = width
        self.height = height
        self.title = title
        self.shapes: list[str] = []

    def box(self, centre: Point, size: Point, label: str = "", colours: tuple[str, str] = WHITE, *, radius: float = 8) -> None:
        """A rounded box around `centre`, `size` being its width and height, with a formula or a word in the middle."""
        (x, y), (width, height), (fill, stroke) = centre, size, colours
        self.shapes.append(
            f'<rect x="{x - width / 2:g}" y="{y - height / 2:g}" width="{width:g}" height="{height:g}" rx="{radius:g}" '
            f'fill="{fill}" stroke="{stroke}" stroke-width="1.6"/>'
        )
        if "_" in label:
            self.formula((x, y), label)
        elif label:
            self.words((x, y), label, colour=INK)

    def operation(self, centre: Point, sign: str) -> None:
        """A small circle with the sign of an operation: `+` or `×`."""
        x, y = centre
        self.shapes.append(f'<circle cx="{x:g}" cy="{y:g}" r="14" fill="#ffffff" stroke="{INK}" stroke-width="1.6"/>')
        arms = [(7, 0), (0, 7)] if sign == "+" else [(5, 5), (5, -5)]
        for dx, dy in arms:
            self.shapes.append(f'<path d="M{x - dx:g} {y - dy:g}L{x + dx:g} {y + dy:g}" stroke="{INK}" stroke-width="1.8"/>')

    def line(self, points: Sequence[Point], *, colour: str = INK, head: bool = True, dashed: bool = False) -> None:
        """A line through `points`, with an arrow head at its end unless told otherwise."""
        path = "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self.shapes.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.8"{dash}/>')
        if head:
            (x0, y0), (x1, y1) = points[-2:]
            length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
            ux, uy = (x1 - x0) / length, (y1 - y0) / length
            back = (x1 - 9 * ux, y1 - 9 * uy)
            corners = ((x1, y1), (back[0] - 4.5 * uy, back[1] + 4.5 * ux), (back[0] + 4.5 * uy, back[1] - 4.5 * ux))
            self.shapes.append(f'<path d="M{"L".join(f"{x:g} {y:g}" for x, y in corners)}Z" fill="{colour}"/>')

    def bridge(self, points: Sequence[Point]) -> None:
        """A line that passes over another one: the same line, with a white margin beneath it."""
        path = "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
        self.shapes.append(f'<path d="{path}" fill="none" stroke="#fcfdfe" stroke-width="9"/>')
        self.line(points, head=False)

    def dot(self, centre: Point, *, colour: str = INK) -> None:
        """The place where one line becomes two."""
        self.shapes.append(f'<circle cx="{centre[0]:g}" cy="{centre[1]:g}" r="3.2" fill="{colour}"/>')

    def formula(self, at: Point, text: str, *, colour: str = INK, size: float = 18, anchor: str = "middle") -> None:
        """Mathematics, with `_{…}` below and `^{…}` above the line; `at` is the middle of the line of text."""
        spans, shift = [], 0.0
        for below, above, plain in PIECE.findall(text):
            level = 0.26 * size if below else -0.42 * size if above else 0.0
            content = below or plain or (f"⟨{above}⟩" if above != "T" else "⊤")
            style = "" if plain else f' font-size="{0.68 * size:g}"'
            move = f' dy="{level - shift:g}"' if level != shift else ""
            spans.append(f"<tspan{move}{style}>{escaped(content.replace('-', '−'))}</tspan>")
            shift = level
        self.shapes.append(
            f'<text x="{at[0]:g}" y="{at[1] + 0.32 * size:g}" font-size="{size:g}" text-anchor="{anchor}" '
            f'fill="{colour}" font-family="\'DejaVu Serif\', Cambria, Georgia, serif" font-style="italic">'
            f"{''.join(spans)}</text>"
        )

    def words(self, at: Point, text: str, *, colour: str = SOFT, size: float = 14, anchor: str = "middle") -> None:
        """Ordinary words; `at` is the middle of the line of text."""
        self.shapes.append(
            f'<text x="{at[0]:g}" y="{at[1] + 0.34 * size:g}" font-size="{size:g}" text-anchor="{anchor}" '
            f"fill=\"{colour}\" font-family=\"'DejaVu Sans', 'Segoe UI', Helvetica, Arial, sans-serif\">"
            f"{escaped(text)}</text>"
        )

    def svg(self) -> str:
        """The whole document."""
        inside = "\n  ".join(self.shapes)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}" '
            f'viewBox="0 0 {self.width} {self.height}" role="img" aria-label="{escaped(self.title)}">\n'
            f"  <title>{escaped(self.title)}</title>\n"
            f'  <rect x="0.5" y="0.5" width="{self.width - 1}" height="{self.height - 1}" rx="14" fill="#ffffff" '
            f'stroke="#d1d5db"/>\n  {inside}\n</svg>\n'
        )


def escaped(text: str) -> str:
    """`text` as it may stand in XML, attributes included."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def rnn_unrolled() -> Figure:
    """Figure 1."""
    figure = Figure(760, 270, "A recurrent network, and the same network unrolled over time")
    left, y = 95.0, 135.0
    figure.line([(left, 222), (left, y + 28)])
    figure.line([(left + 34, y), (left + 68, y), (left + 68, y - 48), (left - 68, y - 48), (left - 68, y), (left - 34, y)])
    figure.bridge([(left, y - 28), (left, y - 68)])
    figure.line([(left, y - 68), (left, 48)])
    figure.box((left, y), (68, 56), "RNN", BLUE)
    figure.formula((left, 236), "x^{t}")
    figure.formula((left, 32), "ŷ^{t}")
    figure.formula((left + 52, y - 64), "a^{t}")
    figure.words((215, y), "=", colour=INK, size=28)
    figure.formula((262, y), "a^{0}")
    figure.line([(284, y), (306, y)])
    for x, step in ((340.0, "1"), (460.0, "2"), (672.0, "T_x")):
        shown = "Tₓ" if step == "T_x" else step
        figure.line([(x, 222), (x, y + 28)])
        figure.line([(x, y - 28), (x, 48)])
        figure.box((x, y), (68, 56), "RNN", BLUE)
        figure.formula((x, 236), f"x^{{{shown}}}")
        figure.formula((x, 32), f"ŷ^{{{shown}}}")
    figure.line([(374, y), (426, y)])
    figure.formula((400, y - 17), "a^{1}")
    figure.line([(494, y), (546, y)])
    figure.formula((520, y - 17), "a^{2}")
    figure.words((566, y), "· · ·", colour=INK, size=18)
    figure.line([(586, y), (638, y)])
    figure.formula((608, y - 17), "a^{Tₓ-1}")
    figure.line([(706, y), (740, y)])
    figure.formula((730, y - 17), "a^{Tₓ}", size=16)
    return figure


def rnn_cell() -> Figure:
    """Figure 2."""
    figure = Figure(760, 400, "One time step of the basic recurrent network")
    y = 240.0
    figure.box((392, 208), (572, 260), "", PALE, radius=18)
    figure.words((124, 96), "RNN cell", anchor="start")
    figure.formula((52, y), "a^{t-1}")
    figure.line([(78, y), (150, y)])
    figure.box((185, y), (70, 44), "W_{aa}", BLUE)
    figure.line([(220, y), (286, y)])
    figure.operation((300, y), "+")
    figure.formula((300, 375), "x^{t}")
    figure.line([(300, 360), (300, 322)])
    figure.box((300, 300), (70, 44), "W_{ax}", BLUE)
    figure.line([(300, 278), (300, y + 14)])
    figure.formula((300, 170), "b_{a}")
    figure.line([(300, 184), (300, y - 14)])
    figure.line([(314, y), (372, y)])
    figure.box((408, y), (72, 44), "tanh", GREEN)
    figure.line([(444, y), (704, y)])
    figure.formula((728, y), "a^{t}")
    figure.dot((550, y))
    figure.line([(550, y), (550, 202)])
    figure.box((550, 180), (70, 44), "W_{ya}", BLUE)
    figure.line([(550, 158), (550, 138)])
    figure.operation((550, 124), "+")
    figure.formula((492, 124), "b_{y}")
    figure.line([(508, 124), (536, 124)])
    figure.line([(564, 124), (588, 124)])
    figure.box((622, 124), (68, 44), "", YELLOW)
    figure.words((622, 124), "softmax", colour=INK, size=13)
    figure.line([(622, 102), (622, 50)])
    figure.formula((622, 32), "ŷ^{t}")
    figure.words((560, 292), "kept in the cache:")
    figure.formula((560, 314), "a^{t}, a^{t-1}, x^{t}", size=15)
    return figure


def row_of_cells(title: str, cell: str, *, memory: bool) -> Figure:
    """Figures 3 and 5: a cell for each time step, hidden states (and memory states) passed on between them."""
    figure = Figure(760, 350, title)
    hidden, kept = (200.0, 150.0) if memory else (175.0, 175.0)
    figure.formula((44, hidden), "a^{0}")
    figure.line([(66, hidden), (110, hidden)])
    if memory:
        figure.formula((48, kept), "c^{0} = 0", size=16)
        figure.line([(86, kept), (110, kept)])
    columns = ((162.0, "1"), (342.0, "2"), (598.0, "Tₓ"))
    for x, step in columns:
        figure.line([(x, 258), (x, 225)])
        figure.line([(x, 125), (x, 56)])
        figure.box((x, 175), (104, 100), "", BLUE)
        figure.words((x, 167), cell, colour=INK)
        figure.words((x, 187), f"step {step}", size=12)
        figure.formula((x, 274), f"x^{{{step}}}")
        figure.formula((x, 38), f"ŷ^{{{step}}}")
        figure.line([(x + 40, 225), (x + 40, 308)], dashed=True, colour=SOFT)
        figure.words((x + 40, 320), f"cache {step}", size=12)
    wires = [("a", hidden)] + ([("c", kept)] if memory else [])
    for name, y in wires:
        figure.line([(214, y), (290, y)])
        figure.formula((250, y - 15), f"{name}^{{1}}", size=16)
        figure.line([(394, y), (440, y)])
        figure.formula((415, y - 15), f"{name}^{{2}}", size=16)
        figure.words((461, y), "· · ·", colour=INK, size=16)
        figure.line([(482, y), (546, y)])
        figure.formula((512, y - 15), f"{name}^{{Tₓ-1}}", size=16)
        figure.line([(650, y), (712, y)])
        figure.formula((684, y - 15), f"{name}^{{Tₓ}}", size=16)
    return figure


def lstm_cell() -> Figure:
    """Figure 4; the numbers in brackets are those of the equations."""
    figure = Figure(860, 470, "One time step of the LSTM")
    memory, gates, bus, hidden = 120.0, 295.0, 372.0, 372.0
    figure.box((438, 240), (656, 330), "", PALE, radius=18)
    figure.words((126, 92), "LSTM cell", anchor="start")
    figure.formula((60, memory), "c^{t-1}")
    figure.line([(86, memory), (226, memory)])
    figure.operation((240, memory), "×")
    figure.line([(254, memory), (456, memory)])
    figure.operation((470, memory), "+")
    figure.line([(484, memory), (790, memory)])
    figure.formula((814, memory), "c^{t}")
    figure.words((498, 105), "(4)", size=12)

    figure.formula((60, bus), "a^{t-1}")
    figure.line([(86, bus), (134, bus)])
    figure.box((164, bus), (60, 40), "stack")
    figure.formula((164, 448), "x^{t}")
    figure.line([(164, 432), (164, bus + 20)])
    figure.line([(194, bus), (590, bus), (590, gates + 22)])
    taps = (
        (240.0, "Γ_{f}", RED, "σ", "(1)"),
        (360.0, "Γ_{u}", GREEN, "σ", "(2)"),
        (470.0, "c̃", YELLOW, "tanh", "(3)"),
        (590.0, "Γ_{o}", VIOLET, "σ", "(5)"),
    )
    for x, name, colours, activation, number in taps:
        if x < 590:
            figure.dot((x, bus))
            figure.line([(x, bus), (x, gates + 22)])
        figure.box((x, gates), (58, 44), activation, colours)
        figure.formula((x + 17, gates - 37), name, size=17, colour=colours[1])
        figure.words((x + 40, gates + 32), number, size=12)
    figure.line([(240, gates - 22), (240, memory + 14)])
    figure.line([(360, gates - 22), (360, 195), (456, 195)])
    figure.line([(470, gates - 22), (470, 209)])
    figure.operation((470, 195), "×")
    figure.line([(470, 181), (470, memory + 14)])

    figure.dot((670, memory))
    figure.line([(670, memory), (670, 154)])
    figure.box((670, 174), (58, 40), "tanh", PALE)
    figure.line([(670, 194), (670, 221)])
    figure.line([(590, gates - 22), (590, 235), (656, 235)])
    figure.operation((670, 235), "×")
    figure.words((698, 250), "(6)", size=12)
    figure.line([(670, 249), (670, hidden), (790, hidden)])
    figure.formula((814, hidden), "a^{t}")
    figure.dot((722, hidden))
    figure.line([(722, hidden), (722, 337)])
    figure.box((722, 315), (68, 44), "", YELLOW)
    figure.words((722, 315), "softmax", colour=INK, size=13)
    figure.line([(722, 293), (722, memory + 8)], head=False)
    figure.bridge([(722, memory + 8), (722, memory - 8)])
    figure.line([(722, memory - 8), (722, 50)])
    figure.formula((722, 34), "ŷ^{t}")
    return figure


def rnn_cell_backward() -> Figure:
    """Figure 6."""
    figure = Figure(760, 340, "Gradients pass back through one time step of the basic recurrent network")
    y = 186.0
    figure.box((385, 158), (550, 252), "", PALE, radius=18)
    figure.words((130, 50), "RNN cell, backward", anchor="start")
    figure.formula((726, y), "da^{t}", colour=GRADIENT)
    figure.line([(700, y), (616, y)], colour=GRADIENT)
    figure.box((530, y), (172, 48), "", GREEN)
    figure.formula((530, y), "⊙ (1 - a^{t} ⊙ a^{t})", size=16)
    figure.line([(444, y), (304, y)], colour=GRADIENT)
    figure.formula((376, y - 18), "dz^{t}", colour=GRADIENT)
    figure.dot((300, y), colour=GRADIENT)
    figure.line([(300, y), (220, y)], colour=GRADIENT)
    figure.box((185, y), (70, 44), "W_{aa}^{T}", BLUE)
    figure.line([(150, y), (88, y)], colour=GRADIENT)
    figure.formula((50, y), "da^{t-1}", colour=GRADIENT)
    figure.line([(300, y), (300, 226)], colour=GRADIENT)
    figure.box((300, 248), (70, 44), "W_{ax}^{T}", BLUE)
    figure.line([(300, 270), (300, 306)], colour=GRADIENT)
    figure.formula((300, 322), "dx^{t}", colour=GRADIENT)
    figure.line([(300, y), (300, 138), (190, 138), (190, 124)], colour=GRADIENT)
    figure.line([(300, 138), (330, 138), (330, 124)], colour=GRADIENT)
    figure.line([(330, 138), (470, 138), (470, 124)], colour=GRADIENT)
    figure.dot((300, 138), colour=GRADIENT)
    figure.dot((330, 138), colour=GRADIENT)
    for x, name, how in (
        (190.0, "dW_{aa}", "dz^{t} a^{t-1}^{T}"),
        (330.0, "dW_{ax}", "dz^{t} x^{t}^{T}"),
        (470.0, "db_{a}", "Σ dz^{t}"),
    ):
        figure.box((x, 98), (120, 52), "", WHITE)
        figure.formula((x, 87), name, colour=GRADIENT)
        figure.formula((x, 109), how, size=14)
    return figure


def figures() -> dict[str, Figure]:
    """Every figure under the name of its file."""
    return {
        "rnn_unrolled.svg": rnn_unrolled(),
        "rnn_cell.svg": rnn_cell(),
        "rnn_forward.svg": row_of_cells("The RNN cell, once for each time step", "RNN cell", memory=False),
        "lstm_cell.svg": lstm_cell(),
        "lstm_forward.svg": row_of_cells("The LSTM cell, once for each time step", "LSTM cell", memory=True),
        "rnn_cell_backward.svg": rnn_cell_backward(),
    }


if __name__ == "__main__":
    for name, figure in figures().items():
        Path(__file__).with_name(name).write_text(figure.svg(), encoding="utf-8")
