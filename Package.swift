// swift-tools-version: 6.2
import PackageDescription

// The package as a table: every module, what it may import, and nothing else.
// Arrows point only down; `LayerTests` reads this table and every `import` line and fails on others.

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, imports: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: imports, swiftSettings: settings)
}

func tests(_ name: String, of imports: [Target.Dependency], resources: [Resource] = []) -> Target {
  .testTarget(
    name: name, dependencies: imports, resources: resources, swiftSettings: settings)
}

let package = Package(
  name: "coppice",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Coppice", targets: ["Coppice"]),
    .library(name: "CoppiceWorldServer", targets: ["CoppiceWorldServer"]),
    .executable(name: "coppice", targets: ["CoppiceTool"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
    .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0", traits: []),
    .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", exact: "1.5.0"),
  ],
  targets: [
    // 0: no Coppice imports
    .target(name: "CCoppiceKernels"),
    .target(name: "CMuJoCo", cSettings: [.headerSearchPath("../../.deps/mujoco/include")]),
    module("CoppiceRandom"),

    // 1: memory, layouts and the operations on them
    module("CoppiceTensors", imports: ["CCoppiceKernels", "CoppiceRandom"]),

    // 2: networks, worlds and charts
    module("CoppiceNetworks", imports: ["CoppiceTensors", "CoppiceRandom"]),
    module("CoppiceEnvironments", imports: ["CoppiceTensors", "CoppiceRandom"]),
    module(
      "CoppiceGridWorld", imports: ["CCoppiceKernels", "CoppiceTensors", "CoppiceRandom"]),
    module("CoppiceReports", imports: ["CoppiceTensors", "CoppiceRandom"]),

    // 3: what agents are made of, and worlds that come from elsewhere
    module(
      "CoppiceMuJoCo",
      imports: ["CoppiceEnvironments", "CoppiceTensors", "CoppiceRandom", "CMuJoCo"]),
    module("CoppiceSparsity", imports: ["CoppiceNetworks", "CoppiceTensors", "CoppiceRandom"]),
    module("CoppiceReplay", imports: ["CoppiceTensors", "CoppiceRandom"]),

    // 4: agents
    module(
      "CoppiceAgents",
      imports: [
        "CoppiceReplay", "CoppiceSparsity", "CoppiceNetworks", "CoppiceTensors", "CoppiceRandom",
      ]),

    module(
      "CoppiceCrowds",
      imports: [
        "CoppiceGridWorld", "CoppiceSparsity", "CoppiceNetworks", "CoppiceTensors",
        "CoppiceRandom",
      ]),

    module(
      "CoppiceSDE",
      imports: ["CoppiceSparsity", "CoppiceNetworks", "CoppiceTensors", "CoppiceRandom"]),

    // 5: runs and their records
    module(
      "CoppiceExperiments",
      imports: [
        "CoppiceAgents", "CoppiceCrowds", "CoppiceSDE", "CoppiceReplay", "CoppiceSparsity",
        "CoppiceNetworks", "CoppiceMuJoCo", "CoppiceGridWorld", "CoppiceEnvironments",
        "CoppiceReports", "CoppiceTensors", "CoppiceRandom",
        .product(name: "TOMLKit", package: "TOMLKit"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),

    // 6: the library
    module(
      "Coppice",
      imports: [
        "CoppiceExperiments", "CoppiceReports", "CoppiceAgents", "CoppiceCrowds", "CoppiceSDE",
        "CoppiceReplay", "CoppiceSparsity", "CoppiceNetworks", "CoppiceMuJoCo", "CoppiceGridWorld",
        "CoppiceEnvironments", "CoppiceTensors", "CoppiceRandom",
      ]),

    module(
      "CoppiceWorldServer",
      imports: [
        "CoppiceExperiments", "CoppiceGridWorld", "CoppiceReports", "CoppiceTensors",
        .product(name: "FlyingFox", package: "FlyingFox"),
        .product(name: "FlyingSocks", package: "FlyingFox"),
      ]),

    // 7: the tool
    .executableTarget(
      name: "CoppiceTool",
      dependencies: [
        "Coppice", "CoppiceWorldServer",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),

    // tests
    .target(
      name: "_CoppiceTestSupport",
      dependencies: ["CoppiceNetworks", "CoppiceTensors", "CoppiceRandom"],
      path: "Tests/_CoppiceTestSupport", swiftSettings: settings),
    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
    .target(
      name: "AllocationCounting", dependencies: ["CAllocationCounter", "CoppiceTensors"],
      path: "Tests/AllocationCounting", swiftSettings: settings),
    tests("LayerTests", of: []),
    tests("CoppiceTests", of: ["Coppice"]),
    tests("CoppiceRandomTests", of: ["CoppiceRandom"]),
    tests(
      "CoppiceNetworksTests",
      of: ["CoppiceNetworks", "CoppiceTensors", "CoppiceRandom", "_CoppiceTestSupport"]),
    tests(
      "CoppiceSparsityTests",
      of: [
        "AllocationCounting", "CoppiceSparsity", "CoppiceNetworks", "CoppiceTensors",
        "CoppiceRandom", "_CoppiceTestSupport",
      ]),
    tests(
      "CoppiceAgentsTests",
      of: [
        "AllocationCounting", "CoppiceAgents", "CoppiceReplay", "CoppiceSparsity",
        "CoppiceNetworks", "CoppiceTensors", "CoppiceRandom",
      ]),
    tests(
      "CoppiceCrowdsTests",
      of: [
        "AllocationCounting", "CoppiceCrowds", "CoppiceGridWorld", "CoppiceSparsity",
        "CoppiceNetworks", "CoppiceTensors", "CoppiceRandom",
      ]),
    tests(
      "CoppiceSDETests",
      of: [
        "AllocationCounting", "CoppiceSDE", "CoppiceSparsity", "CoppiceNetworks",
        "CoppiceTensors", "CoppiceRandom",
      ]),
    tests("CoppiceReplayTests", of: ["CoppiceReplay", "CoppiceTensors", "CoppiceRandom"]),
    tests(
      "CoppiceEnvironmentsTests",
      of: ["AllocationCounting", "CoppiceEnvironments", "CoppiceTensors", "CoppiceRandom"]),
    tests(
      "CoppiceGridWorldTests",
      of: ["AllocationCounting", "CoppiceGridWorld", "CoppiceTensors", "CoppiceRandom"],
      resources: [.copy("Recordings")]),
    tests(
      "CoppiceMuJoCoTests",
      of: [
        "AllocationCounting", "CoppiceMuJoCo", "CoppiceEnvironments", "CoppiceTensors",
        "CoppiceRandom",
      ]),
    tests(
      "CoppiceReportsTests", of: ["CoppiceReports", "CoppiceTensors", "CoppiceRandom"],
      resources: [.copy("Golden")]),
    tests("CoppiceTensorsTests", of: ["CoppiceTensors", "CoppiceRandom"]),
    tests(
      "CoppiceParityTests",
      of: ["CoppiceMuJoCo", "CoppiceEnvironments", "CoppiceTensors"],
      resources: [.copy("Trajectories")]),
    tests(
      "CoppiceExperimentsTests",
      of: [
        "CoppiceExperiments", "CoppiceReports", "CoppiceAgents", "CoppiceCrowds", "CoppiceSDE",
        "CoppiceSparsity", "CoppiceNetworks", "CoppiceGridWorld", "CoppiceEnvironments",
        "CoppiceTensors", "CoppiceRandom",
      ]),
    tests("CommandLineTests", of: ["CoppiceTool"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu11
)
