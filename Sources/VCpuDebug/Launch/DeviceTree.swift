internal import CFdt

/// A flattened device tree that can be edited, over libfdt. Nodes are identified by their paths, as offsets
/// change with edits.
struct DeviceTree: Equatable, Sendable {
  /// The tree, with free space after it.
  private var storage: [UInt8]

  /// The first four bytes, most significant first (Devicetree Specification 0.4, 5.2).
  static let magic: UInt32 = 0xd00d_feed
  /// Linux doesn't accept a larger one (Documentation/arm64/booting.rst).
  static let maximumByteCount = 2 << 20
  private static let room = 64 << 10

  /// Creates a tree from the bytes of a file.
  init(_ bytes: [UInt8]) throws(DeviceTreeError) { try self.init(bytes, room: Self.room) }

  private init(_ bytes: [UInt8], room: Int) throws(DeviceTreeError) {
    guard bytes.count <= Self.maximumByteCount else { throw .tooLarge(byteCount: bytes.count) }
    storage = [UInt8](repeating: 0, count: bytes.count + room)
    let count = Int32(storage.count)
    let result = unsafe storage.withUnsafeMutableBytes { room in
      unsafe bytes.withUnsafeBytes { tree in
        guard let base = tree.baseAddress else { return -Int32(FDT_ERR_TRUNCATED) }
        let check = unsafe fdt_check_full(base, tree.count)
        return unsafe check == 0 ? fdt_open_into(base, room.baseAddress, count) : check
      }
    }
    try Self.check(result)
  }

  /// The tree as in a file, without the free space.
  var bytes: [UInt8] {
    var packed = storage
    let count = unsafe packed.withUnsafeMutableBytes { tree in
      _ = unsafe fdt_pack(tree.baseAddress)
      return unsafe Int(cfdt_total_size(tree.baseAddress))
    }
    return Array(packed[..<count])
  }

  // MARK: Reading

  /// The paths of all nodes, parents first.
  var paths: [String] {
    unsafe storage.withUnsafeBytes { tree in
      var paths: [String] = []
      var name = [CChar](repeating: 0, count: 1024)
      var node = unsafe fdt_next_node(tree.baseAddress, -1, nil)
      while node >= 0 {
        if unsafe fdt_get_path(tree.baseAddress, node, &name, Int32(name.count)) == 0 {
          let text = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
          paths.append(String(decoding: text, as: UTF8.self))
        }
        node = unsafe fdt_next_node(tree.baseAddress, node, nil)
      }
      return paths
    }
  }

  /// The value of a property; nil if the node or the property doesn't exist.
  func property(_ name: String, of path: String) -> [UInt8]? {
    unsafe storage.withUnsafeBytes { tree in
      let node = unsafe fdt_path_offset(tree.baseAddress, path)
      guard node >= 0 else { return nil }
      var count: Int32 = 0
      guard let value = unsafe fdt_getprop(tree.baseAddress, node, name, &count) else { return nil }
      return unsafe Array(UnsafeRawBufferPointer(start: value, count: Int(count)))
    }
  }

  /// The strings of a property; empty if it doesn't exist.
  func strings(_ name: String, of path: String) -> [String] {
    (property(name, of: path) ?? []).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The 32-bit cells of a property; empty if it doesn't exist.
  func cells(_ name: String, of path: String) -> [UInt32] {
    let bytes = property(name, of: path) ?? []
    return stride(from: 0, to: bytes.count / 4 * 4, by: 4).map { start in
      bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
  }

  // MARK: Editing

  /// Sets a property of an existing node.
  mutating func set(_ name: String, of path: String, to value: [UInt8]) throws(DeviceTreeError) {
    try unsafe edit(path) { tree, node in
      unsafe fdt_setprop(tree, node, name, value, Int32(value.count))
    }
  }

  /// Sets a property to a list of strings.
  mutating func set(_ name: String, of path: String, to strings: String...) throws(DeviceTreeError)
  {
    try set(name, of: path, to: strings.flatMap { Array($0.utf8) + [0] })
  }

  /// Sets a property to 32-bit cells.
  mutating func set(_ name: String, of path: String, to cells: [UInt32]) throws(DeviceTreeError) {
    try set(
      name, of: path,
      to: cells.flatMap { cell in
        (0..<4).map { UInt8(truncatingIfNeeded: cell >> (24 - 8 * $0)) }
      })
  }

  /// Sets a property to a 64-bit number.
  mutating func set(_ name: String, of path: String, to number: UInt64) throws(DeviceTreeError) {
    try set(name, of: path, to: [UInt32(number >> 32), UInt32(truncatingIfNeeded: number)])
  }

  /// Removes a property, if it exists.
  mutating func remove(_ name: String, of path: String) throws(DeviceTreeError) {
    guard property(name, of: path) != nil else { return }
    try unsafe edit(path) { tree, node in unsafe fdt_delprop(tree, node, name) }
  }

  /// Removes a node and everything below it.
  mutating func removeNode(_ path: String) throws(DeviceTreeError) {
    try unsafe edit(path) { tree, node in unsafe fdt_del_node(tree, node) }
  }

  /// Adds a node below another, by default the root, unless it exists.
  mutating func addNode(_ name: String, below parent: String = "") throws(DeviceTreeError) {
    guard !paths.contains(parent + "/" + name) else { return }
    try unsafe edit(parent.isEmpty ? "/" : parent) { tree, node in
      unsafe min(0, fdt_add_subnode(tree, node, name))
    }
  }

  /// Carries out `change` on the node at `path`, with more space if it is needed.
  private mutating func edit(
    _ path: String, _ change: (UnsafeMutableRawPointer?, Int32) -> Int32
  ) throws(DeviceTreeError) {
    var room = Self.room
    while true {
      let result = unsafe storage.withUnsafeMutableBytes { tree in
        let node = unsafe fdt_path_offset(tree.baseAddress, path)
        return unsafe node < 0 ? node : change(tree.baseAddress, node)
      }
      guard result == -Int32(FDT_ERR_NOSPACE), room < Self.maximumByteCount else {
        return try Self.check(result)
      }
      room *= 2
      self = try DeviceTree(bytes, room: room)
    }
  }

  private static func check(_ result: Int32) throws(DeviceTreeError) {
    guard result != 0 else { return }
    throw .library(unsafe String(cString: fdt_strerror(result)))
  }
}

/// Why something isn't a device tree, or can't be edited.
enum DeviceTreeError: Error, Equatable, CustomStringConvertible {
  /// An error of libfdt.
  case library(String)
  /// It is larger than Linux allows.
  case tooLarge(byteCount: Int)
  /// After editing, it doesn't fit its place.
  case outOfRoom(byteCount: Int, limit: Int)
  /// Its root describes addresses differently from the machine's.
  case unsupportedCells

  /// A phrase without a full stop.
  var description: String {
    switch self {
    case .library(let reason): "it is not a usable device tree (\(reason))"
    case .tooLarge(let byteCount):
      "it has \(byteCount) bytes, but a device tree may have at most \(DeviceTree.maximumByteCount)"
    case .outOfRoom(let byteCount, let limit):
      "it has \(byteCount) bytes for the guest, but there is only room for \(limit)"
    case .unsupportedCells: "its root does not have 2 cells for addresses and 2 for sizes"
    }
  }
}
