internal import ArmVCpu
internal import CArmVCpu
public import GDBRemote

/// The device tree of the machine, which QEMU makes and puts at the start of RAM at a reset, as it does for a
/// kernel in an ELF file, which for QEMU the hypervisor is.
enum MachineDeviceTree {
  private static let address = UInt64(AVCPU_RAM_BASE)
  private static let headerByteCount = 40

  /// Reads the tree of a machine that has executed nothing. Of the 1 MiB that QEMU leaves for it, only what is
  /// used is read.
  static func read(from target: RemoteTarget) throws -> DeviceTree {
    let header = try target.readMemory(at: address, byteCount: headerByteCount)
    guard let byteCount = usedByteCount(header) else { throw LaunchError.noDeviceTree }
    var bytes = try target.readMemory(at: address, byteCount: byteCount)
    // The size in the header covers all the room.
    bytes.replaceSubrange(
      4..<8, with: (0..<4).map { UInt8(truncatingIfNeeded: byteCount >> (24 - 8 * $0)) })
    do throws(DeviceTreeError) {
      return try DeviceTree(bytes)
    } catch {
      throw LaunchError.unusableDeviceTree("of the emulator", reason: error.description)
    }
  }

  /// The end of the contents according to a header (Devicetree Specification 0.4, 5.2); nil if it isn't
  /// a header.
  static func usedByteCount(_ header: [UInt8]) -> Int? {
    guard header.count == headerByteCount else { return nil }
    let fields = stride(from: 0, to: headerByteCount, by: 4).map { start in
      header[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    // Magic, total size; the offsets of the structure and of the strings, and their sizes.
    let (structEnd, stringsEnd) = (fields[2] + fields[9], fields[3] + fields[8])
    let end = max(structEnd, stringsEnd, headerByteCount)
    guard fields[0] == Int(DeviceTree.magic), end <= fields[1], end <= DeviceTree.maximumByteCount
    else {
      return nil
    }
    return end
  }
}

extension EmulatorProcess {
  /// Makes the guest's device tree from the machine's, and puts it where the guest finds it. Call it
  /// before the first instruction. It has no effect if the guest has no tree, or was given one.
  ///
  /// The machine's tree is in its memory by then, so the emulator doesn't have to be asked a second time
  /// (docs/decisions/0014).
  public func installDeviceTree(through target: RemoteTarget) throws {
    guard let tree else { return }
    try target.physicalMemory {
      let machine = try MachineDeviceTree.read(from: target)
      let bytes: [UInt8]
      do throws(DeviceTreeError) {
        bytes = try tree.bytes(ofMachine: machine)
      } catch {
        throw LaunchError.unusableDeviceTree("of the emulator", reason: error.description)
      }
      for address in tree.addresses { try target.loadMemory(at: address.rawValue, bytes) }
    }
  }
}
