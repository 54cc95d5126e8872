internal import ArmVCpu

/// The device tree of a guest: where it goes, and how it is made of the machine's.
struct GuestTree: Equatable, Sendable {
  /// Where it is, and where copies of it are.
  var addresses: [PhysicalAddress]
  /// The room that there is for each.
  var byteLimit: UInt64
  /// What it says of the guest.
  var environment: GuestEnvironment

  /// The guest's tree, of one that a person gave: what it says of devices is theirs.
  func bytes(of tree: DeviceTree) throws(DeviceTreeError) -> [UInt8] {
    var tree = tree
    try tree.adapt(to: environment)
    let bytes = tree.bytes
    guard bytes.count <= byteLimit else {
      throw .outOfRoom(byteCount: bytes.count, limit: Int(byteLimit))
    }
    return bytes
  }

  /// The guest's tree, of the machine's own: without what is different at each start, and without the devices
  /// that the guest does not have.
  func bytes(ofMachine tree: DeviceTree) throws(DeviceTreeError) -> [UInt8] {
    var tree = tree
    try tree.removeSeeds()
    if !environment.hasMachineDevices { try tree.removeMachineDevices() }
    return try bytes(of: tree)
  }
}
