/// A picture that gnuplot drew as SVG, taken apart into strokes, shapes and words, and written anew: small, the same every time, and fit
/// for a page.
///
/// gnuplot's own SVG names its version, repeats ids that clash when two pictures stand in one page, shows gnuplot commands as hover
/// texts, and cannot be recoloured.
struct SVGPicture {
    private var width = "0", height = "0"
    private var marks: [Mark] = []

    /// One thing that is seen: how it looks, and its element without that.
    private struct Mark {
        let look: String
        let body: String
    }

    /// What elements inherit from the groups around them.
    private struct Look {
        var fill = "none", stroke = "none", color = "#000000", strokeWidth = "1", opacity = "1"
        var dashes = ""
        var family = "", fontSize = "", anchor = "start", place = ""
    }

    /// - Throws: `PlotError.unreadable` for anything that is not a picture as gnuplot's SVG terminal writes it.
    init(_ bytes: [UInt8]) throws(PlotError) {
        guard let root = SVGParser.parse(bytes), let box = root.attributes["viewBox"]?.split(separator: " "), box.count == 4 else {
            throw .unreadable(format: "SVG")
        }
        (width, height) = (String(box[2]), String(box[3]))
        for child in root.children { try add(child, Look()) }
    }

    private mutating func add(_ element: SVGElement, _ outer: Look) throws(PlotError) {
        let look = Self.inherited(outer, element.attributes)
        switch element.name {
        case "g", "a": for child in element.children { try add(child, look) }
        case "path": addPath(element, look)
        case "polygon": try addPolygon(element, look)
        case "use": try addPoint(element, look)
        case "text": addWords(element, look)
        // The canvas, and hover texts that show our commands.
        case "rect" where look.fill == "none", "title", "desc", "defs": break
        default: throw .unreadable(format: "SVG")
        }
    }

    private static func inherited(_ outer: Look, _ attributes: [String: String]) -> Look {
        var look = outer
        if let color = attributes["color"] { look.color = hex(color, current: outer.color) }
        if let fill = attributes["fill"] { look.fill = hex(fill, current: look.color) }
        if let stroke = attributes["stroke"] { look.stroke = hex(stroke, current: look.color) }
        if let width = attributes["stroke-width"] { look.strokeWidth = short(width) }
        for key in ["opacity", "fill-opacity", "stroke-opacity"] { if let opacity = attributes[key] { look.opacity = short(opacity) } }
        if let dashes = attributes["stroke-dasharray"] { look.dashes = dashes.split(separator: ",").map { short(String($0)) }.joined(separator: " ") }
        if let family = attributes["font-family"] { look.family = family }
        if let size = attributes["font-size"] { look.fontSize = short(size) }
        if let anchor = attributes["text-anchor"] { look.anchor = anchor }
        if let place = attributes["transform"] { look.place = place }
        return look
    }

    // MARK: Elements

    private mutating func addPath(_ element: SVGElement, _ look: Look) {
        let d = Self.path(element.attributes["d"] ?? "")
        guard !d.isEmpty, look.stroke != "none" else { return }
        marks.append(Mark(look: Self.strokeLook(look), body: "<path d=\"\(d)\"/>"))
    }

    private mutating func addPolygon(_ element: SVGElement, _ look: Look) throws(PlotError) {
        let points = (element.attributes["points"] ?? "").split(whereSeparator: \.isWhitespace).map {
            $0.split(separator: ",").map { Self.short(String($0)) }
        }
        guard points.allSatisfy({ $0.count == 2 }) else { throw .unreadable(format: "SVG") }
        guard points.count > 2, look.fill != "none" else { return }
        var style = Self.fillLook(look)
        if let box = Self.rectangle(points) {
            style += " shape-rendering=\"crispEdges\""
            marks.append(Mark(look: style, body: box))
        } else {
            marks.append(Mark(look: style, body: "<polygon points=\"\(points.map { $0.joined(separator: ",") }.joined(separator: " "))\"/>"))
        }
    }

    /// Discs and rings: the only marks that charts use.
    private mutating func addPoint(_ element: SVGElement, _ look: Look) throws(PlotError) {
        let numbers = Self.numbers(look.place)
        guard numbers.count == 3 else { throw .unreadable(format: "SVG") }
        let circle = "<circle cx=\"\(numbers[0])\" cy=\"\(numbers[1])\" r=\"\(numbers[2])\"/>"
        var solid = look
        switch element.attributes["xlink:href"] ?? element.attributes["href"] {
        case "#gpPt6":
            solid.fill = look.color
            marks.append(Mark(look: Self.fillLook(solid), body: circle))
        case "#gpPt5":
            (solid.stroke, solid.strokeWidth, solid.dashes) = (look.color, "2", "")
            marks.append(Mark(look: Self.strokeLook(solid), body: circle))
        default: throw .unreadable(format: "SVG")
        }
    }

    private mutating func addWords(_ element: SVGElement, _ look: Look) {
        guard !element.words.isEmpty else { return }
        let numbers = Self.numbers(look.place)
        guard numbers.count >= 2 else { return }
        var style = Self.fillLook(look) + " font-size=\"\(look.fontSize)\""
        if look.family.hasSuffix(":Bold") { style += " font-weight=\"600\"" }
        if look.anchor != "start" { style += " text-anchor=\"\(look.anchor)\"" }
        let keepsBlanks = element.words.hasPrefix(" ") || element.words.hasSuffix(" ") || element.words.contains("  ")
        let blanks = keepsBlanks ? " xml:space=\"preserve\"" : ""
        let place =
            numbers.count > 2
            ? "transform=\"translate(\(numbers[0]),\(numbers[1])) rotate(\(numbers[2]))\"" : "x=\"\(numbers[0])\" y=\"\(numbers[1])\""
        marks.append(Mark(look: style, body: "<text \(place)\(blanks)>\(Self.escaped(element.words))</text>"))
    }

    // MARK: Looks

    private static func fillLook(_ look: Look) -> String {
        let shown = roleNames[look.fill].map { "class=\"cnb-\($0)\" " } ?? ""
        return shown + "fill=\"\(look.fill)\"" + (look.opacity == "1" ? "" : " fill-opacity=\"\(look.opacity)\"")
    }

    private static func strokeLook(_ look: Look) -> String {
        let shown = roleNames[look.stroke].map { "class=\"cnb-\($0)-line\" " } ?? ""
        return shown + "fill=\"none\" stroke=\"\(look.stroke)\" stroke-width=\"\(look.strokeWidth)\" stroke-linejoin=\"round\""
            + (look.opacity == "1" ? "" : " stroke-opacity=\"\(look.opacity)\"") + (look.dashes.isEmpty ? "" : " stroke-dasharray=\"\(look.dashes)\"")
    }

    private static let roleNames = Dictionary(Theme.roles.map { ($0.light, $0.name) }, uniquingKeysWith: { first, _ in first })

    // MARK: Numbers

    /// `rgb(  0, 114, 178)` as `#0072b2`.
    private static func hex(_ colour: String, current: String) -> String {
        switch colour.trimmingBlanks {
        case "currentColor": return current
        case "black": return "#000000"
        case "white": return "#ffffff"
        case let other where other.hasPrefix("rgb("):
            let parts = other.dropFirst(4).prefix { $0 != ")" }.split(separator: ",").compactMap { Int(String($0).trimmingBlanks) }
            return parts.count == 3 ? "#" + parts.map { Format.hex(min(max($0, 0), 255)) }.joined() : "#000000"
        case let other: return other
        }
    }

    /// A number without needless zeros.
    private static func short(_ number: String) -> String {
        let trimmed = Format.trimmed(number.trimmingBlanks)
        return trimmed == "-0" ? "0" : trimmed
    }

    /// The numbers in `translate(1.00,2.00) scale(3.00)`, shortened.
    private static func numbers(_ text: String) -> [String] {
        text.split { !($0.isNumber || $0 == "." || $0 == "-") }.map { short(String($0)) }
    }

    /// The strokes of a path without moves that draw nothing.
    private static func path(_ d: String) -> String {
        var result = ""
        var move: String?
        for piece in d.split(whereSeparator: \.isWhitespace) {
            guard let command = piece.first else { continue }
            let place = piece.dropFirst().split(separator: ",").map { short(String($0)) }.joined(separator: ",")
            switch command {
            case "M": move = "M" + place
            case "Z", "z": if move == nil { result += "Z" }
            default:
                if let start = move { result += start }
                move = nil
                result += "\(command)\(place)"
            }
        }
        return result
    }

    /// A polygon whose sides lie along the axes.
    private static func rectangle(_ points: [[String]]) -> String? {
        var corners = points
        if corners.count == 5, corners.first == corners.last { corners.removeLast() }
        guard corners.count == 4 else { return nil }
        let xs = Set(corners.map { $0[0] }), ys = Set(corners.map { $0[1] })
        guard xs.count == 2, ys.count == 2, corners[0][0] == corners[1][0] || corners[0][1] == corners[1][1] else { return nil }
        let x = xs.compactMap(Double.init).sorted(), y = ys.compactMap(Double.init).sorted()
        guard x.count == 2, y.count == 2 else { return nil }
        func text(_ value: Double) -> String { Format.trimmed(Format.fixed(value, 2)).replacing(",", with: "").replacing("−", with: "-") }
        return "<rect x=\"\(text(x[0]))\" y=\"\(text(y[0]))\" width=\"\(text(x[1] - x[0]))\" height=\"\(text(y[1] - y[0]))\"/>"
    }

    // MARK: Writing

    /// The picture for a page: without a prolog and a fixed width, transparent, its ids starting with `idPrefix`.
    func page(title: String, description: String, idPrefix: String) -> [UInt8] {
        let id = Self.identifier(idPrefix)
        let labels = title.isEmpty ? "\(id)-desc" : "\(id)-title \(id)-desc"
        var out =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"cnb-chart\" role=\"img\" aria-labelledby=\"\(labels)\" viewBox=\"0 0 \(width) \(height)\">\n"
        if !title.isEmpty { out += "<title id=\"\(id)-title\">\(Self.escaped(GnuplotText.printable(title)))</title>\n" }
        out += "<desc id=\"\(id)-desc\">\(Self.escaped(GnuplotText.printable(description)))</desc>\n"
        return Array((out + drawing + "</svg>\n").utf8)
    }

    /// The picture as a file of its own, with its ground and its style sheet.
    func file(title: String, description: String) -> [UInt8] {
        let size = "width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\""
        var out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        out += "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"cnb-chart\" role=\"img\" \(size)>\n"
        if !title.isEmpty { out += "<title>\(Self.escaped(GnuplotText.printable(title)))</title>\n" }
        out += "<desc>\(Self.escaped(GnuplotText.printable(description)))</desc>\n<style>\n\(darkStyleSheet)</style>\n"
        out += "<rect class=\"cnb-paper\" width=\"\(width)\" height=\"\(height)\" fill=\"\(Theme.paper.light)\"/>\n"
        return Array((out + drawing + "</svg>\n").utf8)
    }

    /// Neighbours that look alike share a group.
    private var drawing: String {
        var out = "<g font-family=\"\(Theme.fontFamily)\">\n"
        var index = 0
        while index < marks.count {
            let look = marks[index].look
            var bodies: [String] = []
            while index < marks.count, marks[index].look == look {
                bodies.append(marks[index].body)
                index += 1
            }
            out += "<g \(look)>\n" + bodies.joined(separator: "\n") + "\n</g>\n"
        }
        return out + "</g>\n"
    }

    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Letters, digits, hyphens and underscores, a letter first.
    private static func identifier(_ wanted: String) -> String {
        let kept = String(wanted.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") ? $0 : "-" })
        return kept.first?.isLetter == true ? kept : "chart" + kept
    }
}

extension String {
    fileprivate var trimmingBlanks: String { String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()) }
}
