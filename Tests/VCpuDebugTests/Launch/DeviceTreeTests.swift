import Testing

@testable import VCpuDebug

@Suite struct DeviceTreeTests {
  private static let environment = GuestEnvironment(
    memory: GuestMemory(byteCount: 0x2000_0000, isOneToOne: true),
    initrd: 0x4300_0000..<0x4301_2345, commandLine: "quiet a=\"b c\"")

  private func adapted(_ environment: GuestEnvironment = environment) throws -> DeviceTree {
    var tree = try LinuxFiles.machine()
    try tree.adapt(to: environment)
    return tree
  }

  // MARK: Trees

  @Test func aTreeIsReadAndWritten() throws {
    let tree = try LinuxFiles.machine()
    #expect(tree.paths.first == "/")
    #expect(tree.paths.contains("/cpus/cpu@1"))
    #expect(tree.strings("compatible", of: "/intc@8000000") == ["arm,gic-v3"])
    #expect(tree.cells("#address-cells", of: "/") == [2])
    #expect(tree.property("nothing", of: "/") == nil)
    #expect(tree.property("compatible", of: "/nothing") == nil)
    #expect(try DeviceTree(tree.bytes).bytes == tree.bytes)
  }

  @Test func anEditMakesRoomForItself() throws {
    var tree = try LinuxFiles.machine()
    let text = String(repeating: "x", count: 300_000)
    try tree.set("text", of: "/chosen", to: text)
    #expect(tree.strings("text", of: "/chosen") == [text])
    #expect(try DeviceTree(tree.bytes).strings("text", of: "/chosen") == [text])
    #expect(throws: DeviceTreeError.library("FDT_ERR_NOTFOUND")) {
      try tree.set("text", of: "/nothing", to: "")
    }
  }

  @Test func thereIsALimit() throws {
    #expect(throws: DeviceTreeError.tooLarge(byteCount: (2 << 20) + 1)) {
      try DeviceTree([UInt8](repeating: 0, count: (2 << 20) + 1))
    }
    var tree = try LinuxFiles.machine()
    let bytes = [UInt8](repeating: 1, count: 3 << 20)
    #expect(throws: DeviceTreeError.self) { try tree.set("bytes", of: "/", to: bytes) }
  }

  /// Whatever is in a file, it is a tree or an error.
  @Test func damagedTreesAreErrors() throws {
    let whole = try LinuxFiles.machine().bytes
    for count in [0, 1, 4, 39, 40, 100, whole.count / 2, whole.count - 1] {
      #expect(throws: DeviceTreeError.self) { try DeviceTree(Array(whole[..<count])) }
    }
    #expect(throws: DeviceTreeError.library("FDT_ERR_BADMAGIC")) {
      try DeviceTree([UInt8](repeating: 7, count: 100))
    }
    var refused = 0
    for offset in stride(from: 0, to: whole.count, by: 61) {
      var bytes = whole
      bytes[offset] ^= 0xff
      do throws(DeviceTreeError) {
        var tree = try DeviceTree(bytes)
        _ = tree.paths
        try tree.adapt(to: Self.environment)
        try tree.removeMachineDevices()
      } catch {
        refused += 1
      }
    }
    #expect(refused > 0)
  }

  // MARK: The guest's

  @Test func theMemoryIsTheGuests() throws {
    let tree = try adapted()
    #expect(tree.paths.filter { $0.contains("memory") } == ["/memory@41000000"])
    #expect(tree.strings("device_type", of: "/memory@41000000") == ["memory"])
    #expect(tree.cells("reg", of: "/memory@41000000") == [0, 0x4100_0000, 0, 0x2000_0000])
  }

  @Test func moreThanFourGibibytes() throws {
    var environment = Self.environment
    environment.memory = 0x4100_0000..<0x4100_0000 + (7 << 30)
    let tree = try adapted(environment)
    #expect(tree.cells("reg", of: "/memory@41000000") == [0, 0x4100_0000, 1, 0xc000_0000])
  }

  @Test func theFirmwareIsTheHypervisor() throws {
    #expect(try LinuxFiles.machine().strings("method", of: "/psci") == ["smc"])
    let tree = try adapted()
    #expect(tree.strings("method", of: "/psci") == ["hvc"])
    #expect(tree.strings("compatible", of: "/psci") == ["arm,psci-1.0", "arm,psci-0.2"])
    #expect(tree.property("cpu_on", of: "/psci") == nil)
    for cpu in ["/cpus/cpu@0", "/cpus/cpu@1"] {
      #expect(tree.strings("enable-method", of: cpu) == ["psci"])
    }
  }

  @Test func theKernelIsTold() throws {
    let tree = try adapted()
    #expect(tree.strings("bootargs", of: "/chosen") == ["quiet a=\"b c\""])
    #expect(tree.cells("linux,initrd-start", of: "/chosen") == [0, 0x4300_0000])
    #expect(tree.cells("linux,initrd-end", of: "/chosen") == [0, 0x4301_2345])
    #expect(tree.strings("stdout-path", of: "/chosen") == ["/pl011@9000000"])
  }

  @Test func anInitrdOfBeforeIsGone() throws {
    var tree = try adapted()
    var environment = Self.environment
    environment.initrd = nil
    environment.commandLine = ""
    try tree.adapt(to: environment)
    #expect(tree.property("linux,initrd-start", of: "/chosen") == nil)
    #expect(tree.property("linux,initrd-end", of: "/chosen") == nil)
    #expect(tree.property("bootargs", of: "/chosen") == [0])
  }

  @Test func theConsoleIsNamedWhereNobodyDid() throws {
    var tree = try LinuxFiles.machine()
    try tree.removeNode("/chosen")
    try tree.removeNode("/psci")
    try tree.adapt(to: Self.environment)
    #expect(tree.strings("stdout-path", of: "/chosen") == ["/pl011@9000000"])
    #expect(tree.strings("method", of: "/psci") == ["hvc"])
  }

  @Test func thePerformanceMonitorsAreGone() throws {
    #expect(try LinuxFiles.machine().paths.contains("/pmu"))
    #expect(!(try adapted().paths.contains("/pmu")))
  }

  @Test func theSeedsAreGone() throws {
    var tree = try LinuxFiles.machine()
    #expect(tree.property("kaslr-seed", of: "/chosen") != nil)
    try tree.removeSeeds()
    #expect(tree.property("kaslr-seed", of: "/chosen") == nil)
    #expect(tree.property("rng-seed", of: "/chosen") == nil)
  }

  @Test func otherCellsAreRefused() throws {
    var tree = try LinuxFiles.machine()
    try tree.set("#address-cells", of: "/", to: [UInt32(1)])
    #expect(throws: DeviceTreeError.unsupportedCells) { try tree.adapt(to: Self.environment) }
  }

  // MARK: Devices

  @Test func theWindowBeyondStage2IsGone() throws {
    let host = "/pcie@10000000"
    #expect(try LinuxFiles.machine().cells("ranges", of: host).count == 21)
    let tree = try adapted()
    #expect(
      tree.cells("ranges", of: host) == [
        0x100_0000, 0, 0, 0, 0x3eff_0000, 0, 0x1_0000,
        0x200_0000, 0, 0x1000_0000, 0, 0x1000_0000, 0, 0x2eff_0000,
      ])
  }
}
