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
    let load = try LinuxGuest(configuration).load
    // The kernel ends at 0x41210000, in the second block of 2 MiB.
    #expect(load.pieces.map(\.address.rawValue) == [0x4108_0000, 0x4160_0000])
    #expect(load.pieces[0].bytes.count == 0x1000)
    #expect(load.pieces[1].bytes == [1, 2, 3])
    #expect(load.entry.rawValue == 0x4108_0000)
    #expect(load.argument == 0x4140_0000)
    // Intermediate physical addresses are physical ones.
    #expect(load.memory == GuestMemory(byteCount: 64 << 20, isOneToOne: true))
    #expect(load.tree?.addresses.map(\.rawValue) == [0x4140_0000])
    let tree = try DeviceTree(#require(load.tree).bytes(ofMachine: LinuxFiles.machine()))
    #expect(tree.property("kaslr-seed", of: "/chosen") == nil)
    #expect(tree.paths.contains("/intc@8000000"))
    #expect(tree.strings("bootargs", of: "/chosen") == ["quiet"])
    #expect(tree.cells("linux,initrd-end", of: "/chosen") == [0, 0x4160_0003])
    #expect(
      load.launchBlock(cpuCount: 2) == [
        0x6863_6e75_616c_6376, 0x2_0000_0004, 0x4100_0000, 0x400_0000, 0x4100_0000, 0x4108_0000,
        0x4140_0000, 1, 0x4500_0000, 1, 0x800_0000, 0x300_0000, 0xb00_1000, 0x34ff_f000,
        0x40_0000_0000,
        0x40_0000_0000, 0, 0, 0, 0x800_0000, 0x4000_0000, 0x20_0000,
      ])
  }

  @Test func withoutAnInitrd() throws {
    let load = try LinuxGuest(configuration()).load
    #expect(load.pieces.count == 1)
    let tree = try DeviceTree(#require(load.tree).bytes(ofMachine: LinuxFiles.machine()))
    #expect(tree.property("linux,initrd-start", of: "/chosen") == nil)
  }

  @Test func theKernelHasToFit() throws {
    let configuration = try configuration(LinuxFiles.kernel(imageByteCount: 64 << 20))
    let error = error(configuration)
    #expect(
      error
        == .outsideMemory(configuration.guest, needed: 66 << 20, available: 64 << 20))
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
        == .outsideMemory(larger.guest, needed: (5 << 20) + 1, available: 5 << 20))
    #expect(error(larger)?.description.contains("needs 6 MiB") == true)
  }

  @Test func whatCannotBeRead() throws {
    var configuration = try configuration()
    configuration.initrd = "/nowhere"
    #expect(
      error(configuration)
        == .unreadableFile("initrd", "/nowhere", reason: "no such file"))
    configuration.guest = "/nowhere"
    #expect(
      error(configuration) == .unreadableGuest("/nowhere", reason: "no such file"))
  }

  @Test func theKernelTakesNoLongerCommandLine() throws {
    var configuration = try configuration()
    configuration.commandLine = String(repeating: "a", count: 2047)
    #expect(error(configuration) == nil)
    configuration.commandLine += "a"
    #expect(error(configuration) == .commandLineTooLong(byteCount: 2048, limit: 2047))
  }
}
