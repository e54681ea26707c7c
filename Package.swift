// swift-tools-version: 6.2
import PackageDescription

// One target for each thing the program knows; a target may use only those declared above it.
// `Sources/README.md` draws the house and gives the reason of each dependency.

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "customer-genomics",
    products: [
        .executable(name: "cnb", targets: ["cnb"]),
        .library(name: "CustomerGenomics", targets: ["Events", "Models", "Selection", "Plots"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    ],
    targets: [
        // Doors to C and C++.
        .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3", "-fno-math-errno"])], linkerSettings: [.linkedLibrary("m")]),
        .target(name: "CScanning", cSettings: [.unsafeFlags(["-O3"])]),
        .systemLibrary(name: "COneDNN"),
        .systemLibrary(name: "CLAPACK"),
        .systemLibrary(name: "CXXHash"),
        .systemLibrary(name: "CXGBoost"),
        .systemLibrary(name: "CCompression"),
        .systemLibrary(name: "CMarkdown"),
        .target(name: "CGnuplot", linkerSettings: [
            .linkedLibrary("boost_iostreams"), .linkedLibrary("boost_system"), .linkedLibrary("boost_filesystem"),
        ]),
        .systemLibrary(name: "CReadline"),
        .target(name: "CRecovery"),

        // The library.
        .target(name: "Diagnostics"),
        .target(name: "Runtime", dependencies: ["CXXHash"]),
        .target(name: "Store", dependencies: ["Runtime"]),
        .target(name: "Expressions", dependencies: ["Diagnostics"]),
        .target(name: "Tables", dependencies: ["CScanning", "CCompression", "Diagnostics", "Runtime", "Store", "Expressions"]),
        .target(name: "Events", dependencies: ["Diagnostics", "Runtime", "Store", "Expressions", "Tables"]),
        .target(name: "Algebra", dependencies: ["Diagnostics", "Runtime", "CKernels", "COneDNN", "CLAPACK"]),
        .target(name: "Scoring", dependencies: ["Diagnostics", "Runtime", "Algebra"]),
        .target(name: "Features", dependencies: ["Diagnostics", "Runtime", "Expressions", "Tables", "Events", "Algebra"]),
        .target(name: "Layers", dependencies: ["Runtime", "CKernels", "Algebra"]),
        .target(name: "Models", dependencies: ["CKernels", "Diagnostics", "Runtime", "Store", "Expressions", "Features", "Algebra", "Layers", "Scoring", "CXGBoost"]),
        .target(name: "Selection", dependencies: ["Diagnostics", "Runtime", "Algebra", "Scoring", "Features", "Models"]),
        .target(name: "Plots", dependencies: ["CGnuplot", "Diagnostics", "Runtime"]),
        .target(name: "Language", dependencies: ["Diagnostics", "Runtime", "Expressions", "Store"]),
        .target(name: "Notebooks", dependencies: ["CMarkdown", "Diagnostics", "Runtime", "Store", "Language", yams]),
        .target(name: "Reports", dependencies: ["CMarkdown", "Diagnostics", "Runtime", "Store", "Language", "Notebooks", mustache]),
        .target(name: "Commands", dependencies: [
            "Diagnostics", "Runtime", "Store", "Expressions", "Tables", "Events", "Algebra", "Scoring", "Features", "Layers",
            "Models", "Selection", "Plots", "Language", "Notebooks",
        ], exclude: ["README.md"]),

        // The programs.
        .executableTarget(name: "cnb", dependencies: [
            "CReadline", "CRecovery", "Diagnostics", "Runtime", "Store", "Expressions", "Algebra", "Plots", "Language", "Notebooks", "Reports", "Commands", arguments,
        ]),
        .executableTarget(name: "cnb-bench", dependencies: [
            "Runtime", "Store", "Tables", "Events", "Algebra", "Scoring", "Features", "Layers", "Models", "Selection", arguments,
        ]),

        // The tests, and what several of them use.
        .target(name: "TestSupport", path: "Tests/Support"),
        .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics"]),
        .testTarget(name: "RuntimeTests", dependencies: ["Runtime", "Store"], exclude: ["reference.py"]),
        .testTarget(name: "TablesTests", dependencies: ["CCompression", "CScanning", "Diagnostics", "Runtime", "Expressions", "Tables"], resources: [.copy("Seeds")]),
        .testTarget(
            name: "EventsTests", dependencies: ["Diagnostics", "Runtime", "Store", "Expressions", "Tables", "Events"], resources: [.copy("Fixtures")]),
        .testTarget(name: "AlgebraTests", dependencies: ["Runtime", "Algebra"]),
        .testTarget(name: "ScoringTests", dependencies: ["Runtime", "Algebra", "Scoring", "TestSupport"], resources: [.copy("Fixtures")]),
        .testTarget(name: "FeaturesTests", dependencies: ["Runtime", "Tables", "Events", "Algebra", "Features"]),
        .testTarget(name: "LayersTests", dependencies: ["Runtime", "Algebra", "Layers", "TestSupport"], resources: [.copy("Fixtures")]),
        .testTarget(name: "ModelsTests", dependencies: ["Diagnostics", "Runtime", "Store", "Expressions", "Algebra", "Tables", "Events", "Features", "Layers", "Models", "Scoring", "TestSupport"], resources: [.copy("Fixtures")]),
        .testTarget(name: "SelectionTests", dependencies: ["Runtime", "Algebra", "Features", "Models", "Scoring", "Selection", "TestSupport"], resources: [.copy("Fixtures")]),
        .testTarget(name: "PlotsTests", dependencies: ["Diagnostics", "Runtime", "Plots"], exclude: ["histogram_reference.py"]),
        .testTarget(name: "LanguageTests", dependencies: ["Diagnostics", "Runtime", "Expressions", "Language"]),
        .testTarget(name: "NotebooksTests", dependencies: ["Diagnostics", "Runtime", "Language", "Notebooks", "Reports", "TestSupport"], resources: [.copy("Fixtures")]),
        .testTarget(name: "CommandsTests", dependencies: [
            "Diagnostics", "Runtime", "Expressions", "Tables", "Events", "Scoring", "Features", "Layers", "Models", "Plots", "Language", "Notebooks", "Reports", "Commands",
        ]),
        .testTarget(name: "ProgramTests", dependencies: ["cnb", "Commands", "Diagnostics", "Expressions", "Language", "Runtime", "TestSupport"], exclude: ["Transcripts"]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu17,
    cxxLanguageStandard: .gnucxx17
)

// `make fuzz` alone builds the fuzzer, and what it tests with marks for coverage.
if Context.environment["CNB_FUZZ"] != nil {
    let flags = ["-sanitize=fuzzer", "-O"]
    for target in package.targets where ["Diagnostics", "Expressions", "Language", "Notebooks", "Tables"].contains(target.name) { target.swiftSettings = [.unsafeFlags(flags)] }
    package.targets.append(
        .executableTarget(
            name: "cnb-fuzz", dependencies: ["Diagnostics", "Runtime", "Tables", "Language", "Notebooks", "Commands"], path: "Fuzz", exclude: ["README.md"],
            swiftSettings: [.unsafeFlags(flags)], linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]))
}
