import Foundation

/// Named arrays of single-precision numbers and some texts in one file, in the container format of Hugging Face's safetensors.
///
/// ### Format
/// Eight bytes, little-endian: the length of the header; the header, JSON: for each array its type, shape and place, and under `__metadata__` the texts; then the
/// arrays, one after the other. Whole files are at most as large as memory allows.
public struct Safetensors: Sendable, Hashable {
    public struct Entry: Sendable, Hashable {
        public let name: String
        public let shape: [Int]
        public let values: [Float]

        /// - Precondition: there are as many values as the shape says.
        public init(_ name: String, shape: [Int]? = nil, _ values: [Float]) {
            self.name = name
            self.shape = shape ?? [values.count]
            self.values = values
            precondition(self.shape.reduce(1, *) == values.count, "Safetensors.Entry needs as many values as its shape says")
        }
    }

    public var metadata: [String: String]
    /// Of different names.
    public var entries: [Entry]

    public init(metadata: [String: String] = [:], entries: [Entry]) {
        self.metadata = metadata
        self.entries = entries
    }

    public subscript(name: String) -> [Float]? { entries.first { $0.name == name }?.values }

    /// Why a file is no such container.
    public struct Damage: Error, Sendable, Hashable {
        public let what: String
    }

    private struct Place: Codable {
        let dtype: String
        let shape: [Int]
        let data_offsets: [Int]
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private static let metadataKey = Key(stringValue: "__metadata__")

    private struct Header: Codable {
        var metadata: [String: String] = [:]
        var places: [(name: String, place: Place)] = []

        init() {}

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: Key.self)
            for key in members.allKeys {
                if key.stringValue == metadataKey.stringValue { metadata = try members.decode([String: String].self, forKey: key) } else {
                    places.append((key.stringValue, try members.decode(Place.self, forKey: key)))
                }
            }
        }

        func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: Key.self)
            if !metadata.isEmpty { try members.encode(metadata, forKey: metadataKey) }
            for (name, place) in places { try members.encode(place, forKey: Key(stringValue: name)) }
        }
    }

    /// Writes the file whole or not at all.
    ///
    /// - Throws: `FileError` with what the system said.
    public func write(to path: String) throws {
        var header = Header(), end = 0
        header.metadata = metadata
        for entry in entries {
            header.places.append((entry.name, Place(dtype: "F32", shape: entry.shape, data_offsets: [end, end + entry.values.count * 4])))
            end += entry.values.count * 4
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var text = Array(try encoder.encode(header))
        // The arrays begin at a multiple of eight, which the format's own writer sees to by spaces.
        text += [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
        try WholeFile.write(to: path) { file in
            let length = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) }
            try file.append(length[...])
            try file.append(text[...])
            for entry in entries {
                try entry.values.withUnsafeBytes { try file.append($0) }
            }
        }
    }

    /// Reads a file of arrays of 32-bit floating point numbers.
    ///
    /// - Throws: `FileError` when it cannot be read, `Damage` when it is no such container, or has been cut off.
    public init(contentsOf path: String) throws {
        try self.init(try WholeFile.read(path))
    }

    /// - Throws: `Damage`.
    public init(_ bytes: [UInt8]) throws(Damage) {
        guard bytes.count >= 8 else { throw Damage(what: "it is shorter than a header") }
        let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << (8 * UInt64($1)) }
        guard length <= UInt64(bytes.count - 8) else { throw Damage(what: "its header is cut off, or it is no safetensors file") }
        let start = 8 + Int(length)
        let header: Header
        do { header = try JSONDecoder().decode(Header.self, from: Data(bytes[8..<start])) } catch { throw Damage(what: "its header is not the JSON that it should be") }
        metadata = header.metadata
        entries = []
        for (name, place) in header.places.sorted(by: { $0.name < $1.name }) {
            guard place.dtype == "F32" else { throw Damage(what: "'\(name)' is of type \(place.dtype), and 32-bit floating point numbers are read") }
            guard place.data_offsets.count == 2, place.data_offsets[0] >= 0, place.data_offsets[1] >= place.data_offsets[0], place.data_offsets[1] <= bytes.count - start else {
                throw Damage(what: "'\(name)' is cut off")
            }
            let count = (place.data_offsets[1] - place.data_offsets[0]) / 4
            var product = 1
            for size in place.shape {
                let (next, overflow) = product.multipliedReportingOverflow(by: size)
                guard size >= 0, !overflow else { throw Damage(what: "'\(name)' has an impossible shape") }
                product = next
            }
            guard product == count, place.data_offsets[1] - place.data_offsets[0] == 4 * count else { throw Damage(what: "'\(name)' is not as large as its shape says") }
            let values = bytes.withUnsafeBytes { raw in
                [Float](unsafeUninitializedCapacity: count) { buffer, filled in
                    UnsafeMutableRawBufferPointer(buffer).copyMemory(from: UnsafeRawBufferPointer(rebasing: raw[start + place.data_offsets[0]..<start + place.data_offsets[1]]))
                    filled = count
                }
            }
            entries.append(Entry(name, shape: place.shape, values))
        }
    }
}
