import Foundation
import Testing

@testable import Plots

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Collects what a strict XML reader finds in a picture.
private final class Reader: NSObject, XMLParserDelegate {
    var ids: [String] = [], elements: [String: Int] = [:], root: [String: String] = [:], classes: Set<String> = []

    func parser(_: XMLParser, didStartElement name: String, namespaceURI _: String?, qualifiedName _: String?, attributes: [String: String]) {
        if elements.isEmpty { root = attributes }
        elements[name, default: 0] += 1
        if let id = attributes["id"] { ids.append(id) }
        if let name = attributes["class"] { classes.insert(name) }
    }
}

struct RenderTests {
    static let formats: [ChartFormat] = [
        .svg(idPrefix: "fig-3"), .svgFile, .png(), .pdf, .sixel, .text(columns: 80, rows: 24, colour: false),
        .text(columns: 80, rows: 24, colour: true),
    ]

    static func start(_ format: ChartFormat) -> [UInt8] {
        switch format {
        case .svg: Array("<svg xmlns=".utf8)
        case .svgFile: Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg".utf8)
        case .png: [0x89, 0x50, 0x4E, 0x47]
        case .pdf: Array("%PDF-".utf8)
        case .sixel: [0x1B, 0x50]
        case .text: []
        }
    }

    @Test(arguments: Samples.all.indices)
    func `every chart is drawn in every format, the same each time`(_ index: Int) throws {
        let chart = Samples.all[index]
        for format in Self.formats {
            let first = try Gnuplot().render(chart, as: format, showsTitle: true)
            #expect(first.starts(with: Self.start(format)) && first.count > 100, "\(chart.kind) as \(format)")
            let second = try Gnuplot().render(chart, as: format, showsTitle: true)
            #expect(first == second, "\(chart.kind) as \(format) differs from run to run")
            if format.isText { #expect(String(decoding: first, as: UTF8.self).contains(chart.title)) }
        }
    }

    @Test(arguments: Samples.all.indices)
    func `a picture for a page is sound, named and described, and says nothing of gnuplot`(_ index: Int) throws {
        let chart = Samples.all[index]
        let svg = try Gnuplot().render(chart, as: .svg(idPrefix: "fig-3"))
        let reader = Reader()
        let parser = XMLParser(data: Data(svg))
        parser.delegate = reader
        #expect(parser.parse())
        #expect(reader.root["role"] == "img" && reader.root["width"] == nil && reader.root["aria-labelledby"] == "fig-3-title fig-3-desc")
        #expect(reader.root["viewBox"] == "0 0 \(chart.preferredSize.width) \(chart.preferredSize.height)")
        #expect(reader.ids == ["fig-3-title", "fig-3-desc"])
        #expect(Set(reader.elements.keys).isSubset(of: ["svg", "title", "desc", "g", "path", "rect", "circle", "polygon", "text"]))
        let text = String(decoding: svg, as: UTF8.self)
        #expect(!text.lowercased().contains("gnuplot") && !text.contains("NaN") && !text.contains("currentColor"))
        #expect(text.contains(SVGPicture.escaped(chart.altText)))
        // Whatever bears a class is recoloured on dark pages.
        for name in reader.classes where name != "cnb-chart" { #expect(darkStyleSheet.contains(".cnb-chart .\(name){"), "\(name)") }
        #expect(reader.classes.contains("cnb-ink") || reader.classes.contains("cnb-quiet"))
    }

    @Test func `ids follow the prefix, whatever it is`() throws {
        let chart = try Samples.elbow()
        for (prefix, id) in [("a", "a-title"), ("3 d\"><script>", "chart3-d---script--title"), ("", "chart-title")] {
            let text = String(decoding: try Gnuplot().render(chart, as: .svg(idPrefix: prefix)), as: UTF8.self)
            #expect(text.contains("<title id=\"\(id)\">"))
        }
    }

    @Test func `a file stands by itself`() throws {
        let text = String(decoding: try Gnuplot().render(try Samples.elbow(), as: .svgFile), as: UTF8.self)
        #expect(
            text.contains("width=\"720\" height=\"440\"") && text.contains("prefers-color-scheme: dark") && text.contains("<rect class=\"cnb-paper\"")
        )
    }

    @Test func `a title stands in the picture only when asked for`() throws {
        let chart = try ElbowChart(title: "Zebra", clusterCounts: [2, 3], inertias: [4, 1], knee: nil, notes: ["Seen on Monday"])
        let plain = try PlacedWords.all(in: try Gnuplot().render(chart)).words.map(\.words)
        let titled = try PlacedWords.all(in: try Gnuplot().render(chart, showsTitle: true)).words.map(\.words)
        #expect(!plain.contains("Zebra") && titled.contains("Zebra") && titled.contains("Seen on Monday"))
        #expect(chart.caption == "Zebra. Seen on Monday.")
    }

    @Test func `a PDF loses its date and keeps its length`() throws {
        let bytes = Array("%PDF-1.5 (/CreationDate) << /Producer (cairo (x)) /CreationDate (D:20261121) >> end".utf8)
        #expect(
            String(decoding: try PDFDate.removed(from: bytes), as: UTF8.self) == "%PDF-1.5 (/CreationDate) << " + String(repeating: " ", count: 48)
                + " >> end")
    }

    @Test func `colour changes that change nothing are dropped from text`() {
        let text = "\u{1B}[0;39m  \u{1B}[0;39m a\u{1B}[38;5;32m++\u{1B}[0;39m b  \n\u{1B}[0;39m   \n"
        #expect(String(decoding: DumbText.tidied(Array(text.utf8)), as: UTF8.self) == "   a\u{1B}[38;5;32m++\u{1B}[0m b\n")
    }

    @Test func `wide letters keep the columns of a text`() {
        #expect(DumbText.spaced("a漢b").unicodeScalars.count == 4)
        #expect(DumbText.spaced("e\u{301}🙂").unicodeScalars.count == 3)
    }
}
