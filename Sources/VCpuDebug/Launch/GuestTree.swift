internal import ArmVCpu

/// The device tree of a guest: where it goes, and how it is made from the machine's.
struct GuestTree: Equatable, Sendable {
  /// The addresses of the tree and of its copies.
  var addresses: [PhysicalAddress]
  /// The room for each.
  var byteLimit: UInt64
  /// What it says about the guest.
  var environment: GuestEnvironment

  /// The guest's tree, from one that the user gave: its devices are not changed.
  func bytes(of tree: DeviceTree) throws(DeviceTreeError) -> [UInt8] {
    var tree = tree
    try tree.adapt(to: environment)
    let bytes = tree.bytes
    guard bytes.count <= byteLimit else {
      throw .outOfRoom(byteCount: bytes.count, limit: Int(byteLimit))
    }
    return bytes
  }

  /// The guest's tree, from the machine's own: without what differs at each start, and without the devices
  /// that the guest doesn't have.
  func bytes(ofMachine tree: DeviceTree) throws(DeviceTreeError) -> [UInt8] {
    var tree = tree
    try tree.removeSeeds()
    if !environment.hasMachineDevices { try tree.removeMachineDevices() }
    return try bytes(of: tree)
  }
}
