import Foundation
import Store

/// An array of a `.npy` file, as the peers' scripts write them: C order, whole numbers or floating point, little-endian.
struct NumpyArray {
    let shape: [Int]
    private let bytes: [UInt8]
    private let start: Int
    private let type: String

    enum Problem: Error, CustomStringConvertible {
        case unreadable(String, String)
        var description: String { if case .unreadable(let path, let why) = self { "\(path): \(why)" } else { "" } }
    }

    init(path: String) throws {
        bytes = try WholeFile.read(path)
        guard bytes.count > 12, bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else { throw Problem.unreadable(path, "not a .npy file") }
        let isFirstVersion = bytes[6] == 1
        let headerStart = isFirstVersion ? 10 : 12
        let headerLength = Int(bytes[8]) | Int(bytes[9]) << 8 | (isFirstVersion ? 0 : Int(bytes[10]) << 16 | Int(bytes[11]) << 24)
        start = headerStart + headerLength
        guard bytes.count >= start else { throw Problem.unreadable(path, "the header is cut off") }
        let header = String(decoding: bytes[headerStart..<start], as: UTF8.self)
        func entry(_ key: String) -> Substring? { header.range(of: "'\(key)': ").map { header[$0.upperBound...] } }
        guard let descr = entry("descr")?.split(separator: "'").first, let order = entry("fortran_order"), let dimensions = entry("shape")?.split(separator: ")").first else {
            throw Problem.unreadable(path, "the header names no type or shape")
        }
        guard order.hasPrefix("False") else { throw Problem.unreadable(path, "is in Fortran order") }
        type = String(descr)
        shape = dimensions.dropFirst().split(separator: ",").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
        guard let size = ["<i8": 8, "<i4": 4, "<f4": 4, "<f8": 8][type] else { throw Problem.unreadable(path, "holds elements of type \(type)") }
        guard bytes.count - start == size * shape.reduce(1, *) else { throw Problem.unreadable(path, "is not as long as its shape says") }
    }

    var count: Int { shape.reduce(1, *) }

    var doubles: [Double] {
        switch type {
        case "<f8": read(Double.self) { $0 }
        case "<f4": read(Float.self) { Double($0) }
        case "<i8": read(Int64.self) { Double($0) }
        default: read(Int32.self) { Double($0) }
        }
    }

    var floats: [Float] { type == "<f4" ? read(Float.self) { $0 } : doubles.map { Float($0) } }

    /// The elements as 32-bit whole numbers; classes and codes fit.
    var codes: [Int32] {
        switch type {
        case "<i8": read(Int64.self) { Int32(clamping: $0) }
        case "<i4": read(Int32.self) { $0 }
        default: doubles.map { Int32($0) }
        }
    }

    private func read<Element, Result>(_ element: Element.Type, _ convert: (Element) -> Result) -> [Result] {
        bytes[start...].withUnsafeBytes { raw in (0..<count).map { convert(raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Element>.size, as: Element.self)) } }
    }

    /// Writes one dimension of 64-bit whole numbers.
    static func write(_ values: [Int], to path: String) throws {
        try write(values.withUnsafeBytes { Array($0) }, type: "<i8", shape: "(\(values.count),)", to: path)
    }

    /// Writes a matrix of 32-bit floating point numbers, row by row.
    static func write(_ values: [Float], columns: Int, to path: String) throws {
        try write(values.withUnsafeBytes { Array($0) }, type: "<f4", shape: "(\(values.count / max(1, columns)), \(columns))", to: path)
    }

    private static func write(_ data: [UInt8], type: String, shape: String, to path: String) throws {
        var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }"
        // The header is padded so that the data starts at a multiple of 64 bytes.
        header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
        let length = header.utf8.count
        try WholeFile.write([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + Array(header.utf8) + data, to: path)
    }
}
