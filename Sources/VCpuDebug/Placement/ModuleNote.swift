/// Something that was found out about a module at a stop.
public enum ModuleNote: CustomStringConvertible {
  /// It is elsewhere than its file says.
  case moved(Module, slide: UInt64)
  /// Memory has something else than its file there, and its place wasn't found.
  case different(Module)
  /// Its names were found in memory.
  case found(Module)

  /// A sentence without a full stop.
  public var description: String {
    switch self {
    case .moved(let module, let slide):
      "\(module.name) is \(Self.distance(slide)) from its addresses"
    case .different(let module):
      "\(module.name) isn't what is in memory, as far as its code was compared: names and lines may be wrong"
    case .found(let module):
      "\(module.symbolCount) names of \(module.space.prefix) are from \(module.name), which is in its memory"
    }
  }

  /// `0x10000 bytes above`.
  static func distance(_ slide: UInt64) -> String {
    let isBelow = Int64(bitPattern: slide) < 0
    return "0x\(String(isBelow ? 0 &- slide : slide, radix: 16)) bytes "
      + (isBelow ? "down" : "up")
  }
}
