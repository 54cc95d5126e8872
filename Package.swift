// swift-tools-version: 6.2
import PackageDescription

// One package, two sides. The host side (`swift build`) is the shell and its libraries; the EL2 side
// (`scripts/build --image`) compiles CArmVCpu, ArmVCpu, Hypervisor and tour with the toolset in
// scripts/toolsets. The toolset, not this manifest, turns Embedded Swift on.

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
]

let testing: [SwiftSetting] = [.swiftLanguageMode(.v6)]

let package = Package(
  name: "vcpu-shell",
  products: [
    .library(name: "ArmVCpu", targets: ["ArmVCpu"]),
    .library(name: "GDBRemote", targets: ["GDBRemote"]),
    .executable(name: "vcpu-shell", targets: ["vcpu-shell"]),
    .executable(name: "vcpu-image", targets: ["Hypervisor"]),
    .executable(name: "tour", targets: ["tour"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: [
    // MARK: Both sides
    .target(name: "CArmVCpu"),
    .target(name: "ArmVCpu", dependencies: ["CArmVCpu"], swiftSettings: strict),

    // MARK: EL2 and EL1 (on the host these build to programs that print where they are meant to run)
    .target(name: "CHypervisor", dependencies: ["CArmVCpu"], path: "Sources/Hypervisor/Boot"),
    .executableTarget(
      name: "Hypervisor", dependencies: ["ArmVCpu", "CArmVCpu", "CHypervisor"],
      exclude: ["link.ld", "Boot"],
      swiftSettings: strict),
    .executableTarget(name: "tour"),

    // MARK: Host
    .systemLibrary(name: "CReadline"),
    .systemLibrary(name: "CNcurses"),
    .systemLibrary(name: "CLibiberty"),
    .systemLibrary(name: "CCapstone"),
    .systemLibrary(name: "CElfutils"),
    .systemLibrary(name: "CFdt"),
    .systemLibrary(name: "CZlib"),
    .target(name: "CSignals"),
    .target(name: "CSharedMemory"),
    .target(name: "GDBRemote", swiftSettings: strict),
    .target(
      name: "VCpuDebug",
      dependencies: [
        "ArmVCpu", "CArmVCpu", "GDBRemote", "CCapstone", "CElfutils", "CFdt",
        "CZlib", "CSharedMemory",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "vcpu-shell",
      dependencies: [
        "VCpuDebug", "GDBRemote", "ArmVCpu", "CReadline", "CNcurses", "CLibiberty",
        "CSignals",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: strict),

    // MARK: Tests
    .executableTarget(
      name: "decode-fuzz", dependencies: ["ArmVCpu"], path: "Tests/Fuzz/Decode",
      swiftSettings: testing),
    .executableTarget(
      name: "expression-fuzz", dependencies: ["VCpuDebug"], path: "Tests/Fuzz/Expression",
      swiftSettings: testing),
    .executableTarget(
      name: "decode-bench", dependencies: ["ArmVCpu", "CAllocationCounter"],
      path: "Tests/Benchmarks/Decode", exclude: ["values.py"], swiftSettings: testing),
    .executableTarget(
      name: "rsp-bench", dependencies: ["GDBRemote", "CAllocationCounter"],
      path: "Tests/Benchmarks/RSP", swiftSettings: testing),
    .target(
      name: "CBenchmark", dependencies: ["CArmVCpu", "CHypervisor"],
      path: "Tests/Benchmarks/CBenchmark"),
    .executableTarget(
      name: "bench-image", dependencies: ["ArmVCpu", "CArmVCpu", "CBenchmark", "CHypervisor"],
      path: "Tests/Benchmarks/Image", swiftSettings: strict),
    .executableTarget(name: "stub-client", path: "Tests/Benchmarks/StubClient"),
    .executableTarget(
      name: "session-bench", dependencies: ["ArmVCpu", "GDBRemote", "VCpuDebug"],
      path: "Tests/Benchmarks/Session",
      exclude: ["gdb.py"], swiftSettings: testing),
    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
    .target(name: "GoldenText", path: "Tests/GoldenText", swiftSettings: testing),
    .testTarget(
      name: "ArmVCpuTests",
      dependencies: ["ArmVCpu", "CArmVCpu", "CAllocationCounter", "GoldenText", "TestSupport"],
      exclude: ["Golden"], swiftSettings: testing),
    .testTarget(
      name: "GDBRemoteTests", dependencies: ["GDBRemote", "CAllocationCounter", "GoldenText"],
      exclude: ["Golden", "Live/Fixtures"], resources: [.copy("Corpus"), .copy("Transcripts")],
      swiftSettings: testing),
    .target(
      name: "TestSupport", dependencies: ["ArmVCpu", "GDBRemote", "VCpuDebug"],
      path: "Tests/TestSupport", swiftSettings: testing),
    .testTarget(
      name: "VCpuDebugTests",
      dependencies: ["ArmVCpu", "CArmVCpu", "CElfutils", "VCpuDebug", "TestSupport", "GoldenText"],
      exclude: ["Fixtures", "Golden"], swiftSettings: testing),
    .testTarget(
      name: "vcpu-shellTests",
      dependencies: ["vcpu-shell", "VCpuDebug", "TestSupport", "GoldenText"],
      exclude: ["Golden", "Logs"], resources: [.copy("Corpus")], swiftSettings: testing),
    .testTarget(
      name: "EndToEndTests",
      dependencies: ["vcpu-shell", "VCpuDebug", "GDBRemote", "ArmVCpu", "TestSupport"],
      exclude: ["Programs", "Python"], swiftSettings: testing),
  ]
)
