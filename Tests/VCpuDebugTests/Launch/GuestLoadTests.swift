import ArmVCpu
import Foundation
import GDBRemote
import Testing

@testable import VCpuDebug

/// What is loaded for a guest besides the guest itself.
@Suite struct GuestLoadTests {
  private let flat = [1, 2, 3] as [UInt8]

  private func error(
    _ guest: [UInt8], _ change: (inout LaunchConfiguration) -> Void
  ) throws -> LaunchError? {
    let file = try LaunchFiles.flat(guest)
    do {
      _ = try file.load(change)
    } catch {
      return error as? LaunchError
    }
    return nil
  }

  private func adapted(_ load: GuestLoad) throws -> DeviceTree {
    try DeviceTree(#require(load.tree).bytes(ofMachine: LinuxFiles.machine()))
  }

  // MARK: Trees

  /// After it, by x0, as a kernel has it, and at the start of its memory, as firmware has it.
  @Test func aFlatGuestHasATree() throws {
    let load = try LaunchFiles.flat(flat).load()
    #expect(load.pieces.map(\.address.rawValue) == [0x4120_0000])
    #expect(load.tree?.addresses.map(\.rawValue) == [0x4140_0000, 0x4100_0000])
    #expect(load.argument == 0x4040_0000)
    let tree = try adapted(load)
    #expect(tree.cells("reg", of: "/memory@40000000") == [0, 0x4000_0000, 0, 0x400_0000])
    #expect(tree.strings("method", of: "/psci") == ["hvc"])
    // It has no interrupt controller, and nothing that needs one.
    #expect(
      tree.paths.filter { $0.dropFirst().contains("/") == false }.sorted() == [
        "/", "/apb-pclk", "/chosen", "/cpus", "/memory@40000000", "/pl011@9000000", "/psci",
      ])
    #expect(tree.property("interrupt-parent", of: "/") == nil)
    #expect(tree.property("interrupts", of: "/pl011@9000000") == nil)
    #expect(tree.property("clocks", of: "/pl011@9000000") != nil)
  }

  /// With the machine's interrupts the tree is in place, and addresses are physical.
  @Test func aGuestWithTheMachinesDevicesHasTheMachinesTree() throws {
    let load = try LaunchFiles.flat(flat).load { $0.interrupts = .passthrough }
    #expect(load.pieces.map(\.address.rawValue) == [0x4120_0000])
    #expect(load.entry.rawValue == 0x4120_0000)
    #expect(load.tree?.addresses.map(\.rawValue) == [0x4140_0000, 0x4000_0000])
    #expect(load.argument == 0x4140_0000)
    let tree = try adapted(load)
    #expect(tree.cells("reg", of: "/memory@41000000") == [0, 0x4100_0000, 0, 0x400_0000])
    #expect(tree.paths.contains("/intc@8000000") && tree.paths.contains("/pcie@10000000"))
    #expect(tree.property("interrupt-parent", of: "/") != nil)
  }

  @Test func aGuestIsToldAndHasItsInitrd() throws {
    let file = try LaunchFiles.flat([4, 5])
    let load = try LaunchFiles.flat(flat).load {
      $0.initrd = file.path
      $0.commandLine = "a=b"
    }
    #expect(load.pieces.map(\.address.rawValue) == [0x4120_0000, 0x4140_0000])
    #expect(load.pieces[1].bytes == [4, 5])
    #expect(load.argument == 0x4060_0000)
    let tree = try adapted(load)
    #expect(tree.strings("bootargs", of: "/chosen") == ["a=b"])
    #expect(tree.cells("linux,initrd-start", of: "/chosen") == [0, 0x4040_0000])
    #expect(tree.cells("linux,initrd-end", of: "/chosen") == [0, 0x4040_0002])
  }

  @Test func theInitrdHasToFit() throws {
    let initrd = try LaunchFiles.flat([UInt8](repeating: 0, count: 1 << 20)).path
    let change = { (memory: Int) in
      { (configuration: inout LaunchConfiguration) in
        configuration.memoryMiB = memory
        configuration.initrd = initrd
      }
    }
    #expect(try error(flat, change(5)) == nil)
    guard case .outsideMemory(_, let needed, let available) = try error(flat, change(4)) else {
      Issue.record("it does not fit")
      return
    }
    #expect(needed == 5 << 20 && available == 4 << 20)
  }

  @Test func aDeviceTreeOfAPersonIsUsed() throws {
    let file = try LaunchFiles.flat(LinuxFiles.machine().bytes)
    for (guest, addresses) in [
      (flat, [0x4140_0000, 0x4100_0000]), (LinuxFiles.kernel(), [0x4120_0000]),
    ] as [([UInt8], [UInt64])] {
      let load = try LaunchFiles.flat(guest).load { $0.deviceTree = file.path }
      #expect(load.tree == nil)
      let piece = try #require(load.pieces.last)
      #expect(load.pieces.dropFirst().map(\.address.rawValue) == addresses)
      let used = try DeviceTree(piece.bytes)
      #expect(used.strings("method", of: "/psci") == ["hvc"])
      // It is theirs, seeds, devices and all.
      #expect(used.property("kaslr-seed", of: "/chosen") != nil)
      #expect(used.paths.contains("/intc@8000000"))
    }
  }

  @Test func anotherFileIsNoDeviceTree() throws {
    let other = try LaunchFiles.flat([1, 2, 3]).path
    #expect(
      try error(LinuxFiles.kernel()) { $0.deviceTree = other }
        == .unusableDeviceTree(other, reason: "it is not a usable device tree (FDT_ERR_TRUNCATED)"))
    #expect(
      try error(flat) { $0.deviceTree = "/nowhere" }
        == .unreadableFile("device tree", "/nowhere", reason: "no such file"))
  }

  @Test func aLargeTreeNeedsItsRoom() throws {
    var tree = try LinuxFiles.machine()
    try tree.set("bytes", of: "/chosen", to: [UInt8](repeating: 1, count: 100_000))
    let load = try LaunchFiles.flat(flat).load()
    var guest = try #require(load.tree)
    #expect(try guest.bytes(of: tree).count > 100_000)
    guest.byteLimit = 65536
    #expect(throws: DeviceTreeError.self) { try guest.bytes(of: tree) }
  }

  /// A guest that is where one or the other would be.
  @Test func aTreeGoesWhereThereIsRoom() throws {
    let large = [UInt8](repeating: 1, count: (2 << 20) - 1)
    let start = try LaunchFiles.flat(large).load { $0.memoryMiB = 4 }
    #expect(start.tree?.addresses.map(\.rawValue) == [0x4100_0000])
    #expect(start.argument == 0x4000_0000)
    let elf = try GuestImageTests.elf("low", text: "0x40001000", data: "0x40002000")
    let end = try elf.load { $0.memoryMiB = 4 }
    #expect(end.tree?.addresses.map(\.rawValue) == [0x4120_0000])
    #expect(end.argument == 0x4020_0000)
    let full = try GuestImageTests.elf("full", text: "0x40001000", data: "0x403ff000")
    let none = try full.load { $0.memoryMiB = 4 }
    #expect(none.tree == nil && none.argument == 0)
    #expect(try full.load { $0.memoryMiB = 5 }.argument == 0x4040_0000)
    #expect(throws: LaunchError.noRoomForTree(full.path, option: "--append")) {
      try full.load {
        $0.memoryMiB = 4
        $0.commandLine = "a"
      }
    }
  }

  // MARK: Firmware

  private var firmware: [UInt8] {
    var bytes = [UInt8](repeating: 0xff, count: 0x2000)
    bytes.replaceSubrange(0x1028..<0x102c, with: Array("_FVH".utf8))
    return bytes
  }

  /// In flash, with the machine's devices whatever is said of interrupts, and with RAM from its start.
  @Test func firmwareStartsInFlash() throws {
    let load = try LaunchFiles.flat(firmware).load()
    #expect(load.pieces == [.init(address: PhysicalAddress(0), bytes: firmware)])
    #expect(load.entry.rawValue == 0)
    #expect(load.memory == GuestMemory(byteCount: 512 << 20, isOneToOne: true))
    #expect(load.tree?.addresses.last?.rawValue == 0x4000_0000)
    let tree = try adapted(load)
    #expect(tree.cells("reg", of: "/memory@40000000") == [0, 0x4000_0000, 0, 0x2100_0000])
    #expect(
      tree.cells("reg", of: "/reserved-memory/hypervisor@40200000")
        == [0, 0x4020_0000, 0, 0xe0_0000])
  }

  @Test func firmwareHasToFitTheFlash() throws {
    let large = firmware + [UInt8](repeating: 0, count: 128 << 20)
    guard case .guestOutsideMemory(_, 0, _, _, .otherMode) = try error(large, { _ in }) else {
      Issue.record("it does not fit")
      return
    }
  }

  @Test(arguments: [0, 1, 0x2a, 0x2b, 0x1029, 0x102b])
  func aShortFileIsNoFirmware(count: Int) {
    #expect(!FirmwareImage.isFirmware(Array(firmware.prefix(count))))
    #expect(FirmwareImage.isFirmware(firmware))
  }

  // MARK: The machine's tree

  @Test func ofTheMachinesTreeTheUsedPartIsRead() throws {
    var header = Array(try LinuxFiles.machine().bytes.prefix(40))
    let used = try LinuxFiles.machine().bytes.count
    // The room that QEMU leaves: 1 MiB.
    header.replaceSubrange(4..<8, with: [0, 0x10, 0, 0])
    #expect(MachineDeviceTree.usedByteCount(header) == used)
    #expect(MachineDeviceTree.usedByteCount([UInt8](repeating: 0, count: 40)) == nil)
    #expect(MachineDeviceTree.usedByteCount(Array(header.dropLast())) == nil)
    header.replaceSubrange(32..<36, with: [0xff, 0xff, 0xff, 0xff])
    #expect(MachineDeviceTree.usedByteCount(header) == nil)
  }
}
