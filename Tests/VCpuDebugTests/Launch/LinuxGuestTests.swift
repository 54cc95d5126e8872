import ArmVCpu
import Foundation
import Testing

@testable import VCpuDebug

@Suite struct LinuxGuestTests {
  private func configuration(
    _ kernel: [UInt8] = LinuxFiles.kernel(), initrd: [UInt8]? = nil, memoryMiB: Int = 64
  ) throws -> LaunchConfiguration {
    var configuration = LaunchConfiguration(
      hypervisor: "h", guest: try LaunchFiles.flat(kernel).path)
    configuration.initrd = try initrd.map { try LaunchFiles.flat($0).path }
    configuration.memoryMiB = memoryMiB
    return configuration
  }

  private func error(_ configuration: LaunchConfiguration) -> LaunchError? {
    do {
      _ = try LinuxGuest(configuration)
    } catch {
      return error as? LaunchError
    }
    return nil
  }

  @Test func kernelTreeAndInitrdHaveTheirPlaces() throws {
    var configuration = try configuration(
      LinuxFiles.kernel(textOffset: 0x8_0000, imageByteCount: 0x19_0000), initrd: [1, 2, 3])
    configuration.commandLine = "quiet"
    let load = try LinuxGuest(configuration).load(LinuxFiles.machine())
    // The kernel ends at 0x41210000, in the second block of 2 MiB.
    #expect(load.pieces.map(\.address.rawValue) == [0x4108_0000, 0x4140_0000, 0x4160_0000])
    #expect(load.pieces[0].bytes.count == 0x1000)
    #expect(load.pieces[2].bytes == [1, 2, 3])
    #expect(load.entry.rawValue == 0x4108_0000)
    #expect(load.argument == 0x4140_0000)
    // Intermediate physical addresses are physical ones.
    #expect(load.memoryBase.rawValue == 0x4100_0000)
    #expect(load.interrupts == .passthrough)
    let tree = try DeviceTree(load.pieces[1].bytes)
    #expect(tree.strings("bootargs", of: "/chosen") == ["quiet"])
    #expect(tree.cells("linux,initrd-end", of: "/chosen") == [0, 0x4160_0003])
    #expect(
      load.launchBlock(cpuCount: 2, memoryByteCount: 64 << 20) == [
        0x6863_6e75_616c_6376, 0x2_0000_0002, 0x4100_0000, 0x400_0000, 0x4100_0000, 0x4108_0000,
        0x4140_0000, 1, 0, 0xb00_0000, 0xb00_1000, 0x34ff_f000, 0x40_1000_0000, 0x1000_0000,
      ])
  }

  @Test func withoutAnInitrd() throws {
    let load = try LinuxGuest(configuration()).load(LinuxFiles.machine())
    #expect(load.pieces.count == 2)
    #expect(
      try DeviceTree(load.pieces[1].bytes).property("linux,initrd-start", of: "/chosen") == nil)
  }

  @Test func theKernelHasToFit() throws {
    let configuration = try configuration(LinuxFiles.kernel(imageByteCount: 64 << 20))
    let error = error(configuration)
    #expect(
      error
        == .kernelOutsideMemory(configuration.guest, needed: 66 << 20, available: 64 << 20))
    #expect(error?.description.contains("needs 66 MiB") == true)
    #expect(error?.description.contains("has 64 MiB: give it more with --memory") == true)
    var larger = configuration
    larger.memoryMiB = 66
    #expect(self.error(larger) == nil)
  }

  @Test func theInitrdHasToFit() throws {
    // The kernel and the tree take 4 MiB.
    let initrd = [UInt8](repeating: 1, count: 1 << 20)
    #expect(error(try configuration(initrd: initrd, memoryMiB: 5)) == nil)
    let larger = try configuration(initrd: initrd + [1], memoryMiB: 5)
    #expect(
      error(larger)
        == .kernelOutsideMemory(larger.guest, needed: (5 << 20) + 1, available: 5 << 20))
    #expect(error(larger)?.description.contains("needs 6 MiB") == true)
  }

  @Test func whatCannotBeRead() throws {
    var configuration = try configuration()
    configuration.initrd = "/nowhere"
    #expect(
      error(configuration)
        == .unreadableFile("initrd", "/nowhere", reason: "there is no such file"))
    configuration.guest = "/nowhere"
    #expect(
      error(configuration) == .unreadableGuest("/nowhere", reason: "there is no such file"))
  }

  @Test func theKernelTakesNoLongerCommandLine() throws {
    var configuration = try configuration()
    configuration.commandLine = String(repeating: "a", count: 2047)
    #expect(error(configuration) == nil)
    configuration.commandLine += "a"
    #expect(error(configuration) == .commandLineTooLong(byteCount: 2048, limit: 2047))
  }
}

@Suite struct GuestLoadTests {
  private func error(_ change: (inout LaunchConfiguration) -> Void) throws -> LaunchError? {
    var configuration = LaunchConfiguration(
      hypervisor: "h", guest: try LaunchFiles.flat([1, 2, 3]).path)
    change(&configuration)
    do {
      _ = try GuestLoad(configuration, emulator: "/bin/false", signalMask: .init())
    } catch {
      return error as? LaunchError
    }
    return nil
  }

  @Test func otherGuestsHaveNoUseForLinuxsOptions() throws {
    let cases: [(String, (inout LaunchConfiguration) -> Void)] = [
      ("--initrd", { $0.initrd = "i" }), ("--append", { $0.commandLine = "c" }),
      ("--dtb", { $0.deviceTree = "d" }),
    ]
    for (option, change) in cases {
      let error = try error(change)
      #expect(error?.description.hasPrefix("\(option) is for a Linux kernel") == true)
      #expect(error?.isUsage == true)
    }
    #expect(try error { _ in } == nil)
  }

  @Test func aDeviceTreeOfAPersonIsUsed() throws {
    let kernel = try LaunchFiles.flat(LinuxFiles.kernel()).path
    let tree = try LaunchFiles.flat(LinuxFiles.machine().bytes).path
    var configuration = LaunchConfiguration(hypervisor: "h", guest: kernel)
    configuration.deviceTree = tree
    let load = try GuestLoad(configuration, emulator: "/bin/false", signalMask: .init())
    let used = try DeviceTree(load.pieces[1].bytes)
    #expect(used.strings("method", of: "/psci") == ["hvc"])
    // It is theirs, seeds and all.
    #expect(used.property("kaslr-seed", of: "/chosen") != nil)
  }

  @Test func anotherFileIsNoDeviceTree() throws {
    let kernel = try LaunchFiles.flat(LinuxFiles.kernel()).path
    let other = try LaunchFiles.flat([1, 2, 3]).path
    #expect(
      try error {
        $0.guest = kernel
        $0.deviceTree = other
      }
        == .unusableDeviceTree(
          other, reason: "it is no usable device tree (FDT_ERR_TRUNCATED)"))
    #expect(
      try error {
        $0.guest = kernel
        $0.deviceTree = "/nowhere"
      } == .unreadableFile("device tree", "/nowhere", reason: "there is no such file"))
  }

  /// An emulator that says why it makes no tree, and leaves nothing.
  @Test func theEmulatorHasToMakeOne() throws {
    let kernel = try LaunchFiles.flat(LinuxFiles.kernel()).path
    var configuration = LaunchConfiguration(hypervisor: "h", guest: kernel)
    configuration.cpuModel = "z80"
    let error = #expect(throws: LaunchError.self) {
      try GuestLoad(configuration, emulator: "/usr/bin/expr", signalMask: .init())
    }
    guard case .noDeviceTree(let output) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(output.contains("expr: "))
  }
}
