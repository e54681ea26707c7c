/// The look of a report, on a screen, light or dark, and on paper.
enum StyleSheet {
    static let text = common + screen + print

    // WeasyPrint passes over a shorthand such as `border` that holds a variable, so colours stand by themselves.
    private static let common = """
        :root {
          --paper: #ffffff; --ink: #1f2328; --quiet: #57606a; --line: #d8dce1; --soft: #f5f6f8; --accent: #00639b;
          --bad: #a8201a; --bad-soft: #fdf1f0; --warn: #8a5f00; --warn-soft: #fdf7e7;
          --sans: "Inter", system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans", "DejaVu Sans", sans-serif;
          --mono: ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace;
        }
        *, *::before, *::after { box-sizing: border-box; }
        body { margin: 0 auto; color: var(--ink); background-color: var(--paper); font-family: var(--sans); line-height: 1.6; }
        h1, h2, h3, h4, h5, h6 { line-height: 1.25; font-weight: 600; margin: 2.2em 0 0.6em; text-wrap: balance; }
        h1 { font-size: 2.1em; margin: 0; letter-spacing: -0.015em; }
        h2 { font-size: 1.45em; letter-spacing: -0.01em; }
        h3 { font-size: 1.15em; }
        h4, h5, h6 { font-size: 1em; }
        p, ul, ol, blockquote, dl { margin: 0 0 1em; }
        p, li, blockquote { overflow-wrap: break-word; }
        a { color: var(--accent); text-decoration-thickness: 0.06em; text-underline-offset: 0.15em; }
        img, svg { max-width: 100%; height: auto; }
        hr { border: 0; border-top: 1px solid; border-top-color: var(--line); margin: 2.5em 0; }
        blockquote { margin-left: 0; padding-left: 1.1em; border-left: 3px solid; border-left-color: var(--line); color: var(--quiet); }
        code, pre { font-family: var(--mono); font-size: 0.88em; }
        pre { margin: 0 0 1em; overflow-x: auto; line-height: 1.5; white-space: pre-wrap; overflow-wrap: break-word; }
        p code, li code, td code { background-color: var(--soft); padding: 0.1em 0.3em; border-radius: 3px; }
        .live { font-variant-numeric: tabular-nums; }
        .live.number { white-space: nowrap; }
        .live.not-run { color: var(--quiet); font-style: italic; }
        .live.failed { color: var(--bad); border-bottom: 2px solid; border-bottom-color: var(--bad); }

        header.title { border-bottom: 3px solid; border-bottom-color: var(--ink); padding-bottom: 1.1em; margin-bottom: 1.6em; }
        .byline { color: var(--quiet); margin: 0.6em 0 0; }
        .byline > * + *::before { content: " · "; }

        .contents { margin: 0 0 2.2em; font-size: 0.95em; }
        .contents-title { font-weight: 600; margin: 0 0 0.4em; }
        .contents ol { list-style: none; margin: 0; padding: 0; }
        .contents a { color: var(--ink); text-decoration: none; display: block; padding: 0.12em 0; }
        .contents .level-3 a { padding-left: 1.4em; color: var(--quiet); }

        .cell { margin: 1.4em 0 1.8em; }
        pre.code { background-color: var(--soft); border-radius: 5px; padding: 0.7em 0.95em; }
        pre.code code { font-size: 1em; }
        .code .f { color: var(--accent); font-weight: 600; }
        .code .k { font-weight: 600; }
        .code .c { color: var(--quiet); font-style: italic; }
        .code .s { color: #0a6045; }
        .code .n, .code .v { color: #8a3d00; }
        .code .o { color: #5b4692; }
        summary { cursor: pointer; color: var(--quiet); font-size: 0.88em; width: max-content; }
        details { margin: 0 0 0.8em; }
        details > summary + * { margin-top: 0.6em; }
        .took { color: var(--quiet); font-size: 0.85em; margin: 0.9em 0 0.2em; }
        .took code { background: none; padding: 0; }
        .result { margin: 0 0 0.8em; font-size: 0.92em; line-height: 1.5; font-variant-numeric: tabular-nums; }
        .result > span { display: block; min-height: 1em; }
        pre.result { overflow-x: auto; white-space: pre; }
        .status { color: var(--quiet); font-style: italic; margin: 0 0 0.7em; }

        .table { overflow-x: auto; margin: 1.1em 0 1.5em; }
        .table.narrow { display: inline-block; vertical-align: top; max-width: 100%; margin: 0.7em 2.6em 0.9em 0; }
        table { border-collapse: collapse; font-size: 0.9em; line-height: 1.4; font-variant-numeric: tabular-nums; max-width: 100%; }
        .table table { border-bottom: 1.5px solid; border-bottom-color: var(--ink); }
        .caption { margin: 0 0 0.45em; font-size: 0.92em; max-width: 70ch; }
        .caption b, figcaption b { font-weight: 600; margin-right: 0.35em; }
        th, td { text-align: left; vertical-align: baseline; padding: 0.32em 1.4em 0.32em 0; font-weight: 400; }
        thead th { font-weight: 600; border-bottom: 1.5px solid; border-bottom-color: var(--ink); vertical-align: bottom; }
        tbody tr + tr > * { border-top: 1px solid; border-top-color: var(--line); }
        th .unit { display: block; font-weight: 400; font-size: .85em; color: var(--quiet); }
        .num, td[align="right"], th[align="right"] { text-align: right; }
        td[align="center"], th[align="center"] { text-align: center; }
        td.num { white-space: nowrap; }
        tr > :last-child { padding-right: 0; }
        .table-note { color: var(--quiet); font-size: 0.85em; margin: 0.5em 0 0; max-width: 70ch; }

        figure.chart { margin: 1.4em 0 2em; }
        .picture > svg { display: block; width: 100%; }
        figcaption { margin-top: 0.5em; font-size: 0.92em; max-width: 70ch; }
        .remarks, .origin { color: var(--quiet); }
        .origin { white-space: nowrap; }
        .origin code { background: none; padding: 0; }
        .behind { margin-top: 0.5em; }
        .behind a { margin-right: 1.2em; font-size: 0.88em; }

        .note { border-left: 3px solid; border-left-color: var(--line); padding: 0.15em 0 0.15em 0.9em; margin: 0 0 0.9em; font-size: 0.92em; max-width: 70ch; }
        .note.warning { border-color: var(--warn); background-color: var(--warn-soft); padding: 0.5em 0.9em; }
        .note.warning b { color: var(--warn); }
        .hint { color: var(--quiet); }
        .failure { border: 1px solid; border-color: var(--bad); border-left-width: 5px; background-color: var(--bad-soft); padding: 0.8em 1.1em; margin: 0 0 1.4em; }
        .failure.allowed { border-color: var(--line); background: none; }
        .failure b { color: var(--bad); }
        .failure.allowed b { color: var(--ink); }
        .failure p { margin: 0; }
        .failure pre { margin: 0.7em 0 0; }

        .data-card { margin-top: 3.2em; border-top: 3px solid; border-top-color: var(--ink); font-size: 0.92em; }
        .data-card h2 { margin-top: 1em; }
        .data-card .digest { font-family: var(--mono); font-size: 0.85em; }
        .data-card dl > div { display: flex; gap: 0.8em; }
        .data-card dt { color: var(--quiet); min-width: 9em; }
        .data-card dd { margin: 0; }
        .task { margin-right: 0.3em; }
        li:has(> .task) { list-style: none; margin-left: -1.2em; }
        .footnotes { border-top: 1px solid; border-top-color: var(--line); margin-top: 2.5em; padding-top: 0.8em; font-size: 0.88em; }

        """

    private static let screen = """
        @media screen {
          :root { color-scheme: light dark; }
          body { max-width: 56rem; padding: 3.2rem 1.5rem 4rem; font-size: 1.0625rem; }
          main > p, main > ul, main > ol, main > blockquote, main > h2, main > h3, main > h4, .failure { max-width: 70ch; }
          .contents { border-left: 3px solid; border-left-color: var(--line); padding-left: 1.1em; max-width: 70ch; }
          .contents a:hover { color: var(--accent); }
          .behind .table { max-height: 24rem; overflow-y: auto; }
          :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
        }
        @media screen and (prefers-color-scheme: dark) {
          :root {
            --paper: #0d1117; --ink: #e8ebef; --quiet: #a3acb7; --line: #30363e; --soft: #171c23; --accent: #69b8e8;
            --bad: #ff8b80; --bad-soft: #2a1514; --warn: #f4c25a; --warn-soft: #241d0c;
          }
          .code .s { color: #6fd3a8; }
          .code .n, .code .v { color: #f4a978; }
          .code .o { color: #c0aef2; }
          main img { background: #ffffff; }
        }
        @media screen and (max-width: 40rem) {
          body { padding: 1.6rem 1rem 3rem; font-size: 1rem; }
          h1 { font-size: 1.65em; }
          .picture { overflow-x: auto; }
          .picture > svg { min-width: 33rem; }
          .table table { width: max-content; max-width: none; }
          .table th, .table td { max-width: 18rem; }
        }

        """

    private static let print = """
        @page {
          size: A4; margin: 23mm 19mm 21mm;
          @top-left { content: string(running-title); font: 7.5pt "Inter", "Helvetica Neue", Arial, "Liberation Sans", "DejaVu Sans", sans-serif; color: #57606a; }
          @bottom-right { content: counter(page) " / " counter(pages); font: 7.5pt "Inter", "Helvetica Neue", Arial, "Liberation Sans", "DejaVu Sans", sans-serif; color: #57606a; }
        }
        @page :first { @top-left { content: none; } }
        @page wide { size: A4 landscape; margin: 19mm 18mm 17mm; }
        @media print {
          :root {
            --sans: "Inter", "Helvetica Neue", Arial, "Liberation Sans", "DejaVu Sans", sans-serif;
            --mono: "Liberation Mono", "DejaVu Sans Mono", monospace;
          }
          body { font-size: 9.5pt; line-height: 1.5; orphans: 1; widows: 1; }
          h1 { font-size: 22pt; string-set: running-title content(); }
          header.title { margin-bottom: 12pt; }
          h2 { font-size: 14pt; margin-top: 20pt; }
          h3 { font-size: 11pt; margin-top: 14pt; }
          h1, h2, h3, h4, h5, h6, .took, .contents-title, pre.code { break-after: avoid; }
          p, li { orphans: 2; widows: 2; }
          a { color: inherit; text-decoration: none; }
          main p a[href^="http"]::after { content: " (" attr(href) ")"; color: var(--quiet); font-size: 0.85em; }
          .contents a { color: var(--ink); }
          .contents a::after { content: leader(dotted) target-counter(attr(href), page); color: var(--quiet); }
          figure.chart, .table, tr, pre, .note, .failure, blockquote, img { break-inside: avoid; }
          figure.chart { margin: 10pt 0 14pt; }
          .picture > svg { max-width: 172mm; max-height: 84mm; }
          .table.long { break-inside: auto; }
          .table { overflow: visible; }
          .table.narrow { margin-right: 5mm; }
          .caption { break-after: avoid; font-size: 8.3pt; }
          .result { break-inside: avoid; }
          .table table { font-size: 8.3pt; }
          .table.dense table { font-size: 6.9pt; }
          .cell.wide, .before-wide { page: wide; }
          .cell.wide { break-after: page; }
          .table.wide table { font-size: 7.2pt; }
          .table.widest { --points: 5.6pt; }
          .table.widest table { font-size: var(--points); }
          .dense th, .dense td { padding-right: 0.9em; }
          .wide th, .wide td { padding-right: 0.8em; }
          thead { display: table-header-group; }
          pre.code { font-size: 7.8pt; padding: 5pt 8pt; }
          .behind, details.code { display: none; }
          .data-card, .parameters { break-inside: avoid; }
          .data-card dl > div { display: block; }
          .data-card dt, .data-card dd { display: inline-block; }
          .data-card .digest { font-size: 6.5pt; }
        }

        """
}
