import Mustache

/// The page's templates. They are part of the program, so that what is installed is one file.
enum Templates {
    /// Escapes scalar by scalar; the library's own escaping misses a quote that bears a combining accent.
    private struct SafeHTML: MustacheContentType {
        func escapeText(_ text: String) -> String { HTML.escaped(text) }
    }

    private static let library: MustacheLibrary = {
        MustacheContentTypes.register(SafeHTML(), named: "CNB")
        var library = MustacheLibrary()
        for (name, text) in all {
            do { try library.register("{{% CONTENT_TYPE:CNB}}" + text, named: name) } catch {
                preconditionFailure("the template '\(name)' does not parse: \(error)")
            }
        }
        return library
    }()

    static func render(_ context: [String: Any], _ name: String) -> String {
        guard let text = library.render(context, withTemplate: name) else { preconditionFailure("no template is named '\(name)'") }
        return text
    }

    private static let all = [
        ("page", page), ("contents", contents), ("parameters", parameters), ("cell", cell), ("figure", figure), ("table", table), ("note", note), ("data-card", dataCard),
        ("failure", failure),
    ]

    private static let page = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="generator" content="cnb {{version}}">
        {{#authors}}
        <meta name="author" content="{{.}}">
        {{/authors}}
        <title>{{title}}</title>
        <style>
        {{{style}}}</style>
        </head>
        <body>
        <header class="title">
        <h1>{{title}}</h1>
        {{#hasByline}}
        <p class="byline">{{#byline}}<span>{{.}}</span>{{/byline}}{{#date}}<time datetime="{{iso}}">{{long}}</time>{{/date}}</p>
        {{/hasByline}}
        </header>
        {{{banners}}}{{{contents}}}<main>
        {{{parameters}}}{{{body}}}</main>
        {{{dataCard}}}</body>
        </html>

        """

    private static let contents = """
        <nav class="contents" aria-label="Contents">
        <p class="contents-title">Contents</p>
        <ol>
        {{#entries}}
        <li class="level-{{level}}"><a href="#{{id}}">{{title}}</a></li>
        {{/entries}}
        </ol>
        </nav>

        """

    private static let parameters = """
        <section class="parameters" id="parameters" aria-labelledby="parameters-title">
        <h2 id="parameters-title">Parameters</h2>
        {{{table}}}</section>

        """

    private static let cell = """
        <section class="cell{{state}}" id="{{id}}" aria-label="Cell {{label}}"{{#tags}} data-tags="{{.}}"{{/tags}}>
        {{#code}}
        <pre class="code"><code>{{{.}}}</code></pre>
        {{/code}}
        {{#foldedCode}}
        <details class="code"><summary>Code</summary><pre class="code"><code>{{{.}}}</code></pre></details>
        {{/foldedCode}}
        {{#status}}
        <p class="status">{{.}}</p>
        {{/status}}
        {{{outputs}}}</section>

        """

    private static let figure = """
        <figure class="chart" id="{{id}}">
        {{#svg}}
        <div class="picture" role="img" aria-label="{{alt}}"{{#width}} style="max-width: {{.}}px"{{/width}}>
        {{{.}}}</div>
        {{/svg}}
        {{^svg}}
        <p class="status">{{problem}}</p>
        {{/svg}}
        <figcaption><b>{{number}}</b> {{caption}}{{#remarks}} <span class="remarks">{{.}}</span>{{/remarks}}{{#origin}} <span class="origin">({{{.}}})</span>{{/origin}}</figcaption>
        <details class="behind"><summary>Data and script</summary>
        {{{table}}}<p><a download="{{file}}.csv" href="{{{csv}}}">Data (CSV)</a> <a download="{{file}}.gp" href="{{{script}}}">gnuplot script</a></p>
        </details>
        </figure>

        """

    private static let table = """
        <div class="table{{fit}}"{{#points}} style="--points: {{.}}pt"{{/points}}{{#id}} id="{{.}}"{{/id}} role="region" tabindex="0" aria-label="{{label}}">
        {{#caption}}
        <p class="caption">{{#number}}<b>{{.}}</b> {{/number}}{{.}}</p>
        {{/caption}}
        <table aria-label="{{label}}">
        <thead>
        <tr>{{#columns}}<th scope="col"{{{class}}}>{{title}}{{#hasUnit}}<span class="unit">{{unit}}</span>{{/hasUnit}}</th>{{/columns}}</tr>
        </thead>
        <tbody>
        {{{rows}}}</tbody>
        </table>
        {{#notes}}
        <p class="table-note">{{.}}</p>
        {{/notes}}
        </div>

        """

    private static let note = """
        <aside class="note {{severity}}"><b>{{title}}</b> {{message}}{{#notes}} <span class="hint">{{.}}</span>{{/notes}}{{#hint}} <span class="hint">{{.}}</span>{{/hint}}</aside>

        """

    private static let failure = """
        <aside class="failure{{kind}}"{{#id}} id="{{.}}"{{/id}}{{#alert}} role="alert"{{/alert}}>
        <p><b>{{title}}</b> {{message}}{{#link}} <a href="#{{target}}">{{text}}</a>{{/link}}</p>
        {{#details}}
        <pre>{{.}}</pre>
        {{/details}}
        </aside>

        """

    private static let dataCard = """
        <footer class="data-card" id="data-card" aria-labelledby="data-card-title">
        <h2 id="data-card-title">Data card</h2>
        {{{table}}}<dl>
        {{#facts}}
        <div><dt>{{name}}</dt><dd>{{value}}</dd></div>
        {{/facts}}
        </dl>
        </footer>

        """
}
