/// The memory of a target, as its stub reports it in `qXfer:memory-map:read`.
///
/// Source: GDB manual, Memory Map Format.
public struct MemoryMap: Equatable, Sendable {
  /// The kinds of memory.
  public enum Kind: Hashable, Sendable {
    /// It can be read and written.
    case ram
    /// It can be read.
    case rom
    /// It can be read, and written in blocks of this many bytes, if the stub gives the size.
    case flash(blockByteCount: UInt64?)
  }

  /// Memory of one kind.
  public struct Region: Equatable, Sendable {
    /// The kind of memory.
    public var kind: Kind
    /// The address of its first byte.
    public var start: UInt64
    /// How many bytes it has, at least one. It ends at the last address at the latest.
    public var byteCount: UInt64

    /// The address of its last byte.
    public var last: UInt64 { start + (byteCount - 1) }
  }

  /// The regions, by address. They do not overlap.
  public private(set) var regions: [Region] = []
  /// What was malformed and left out.
  public private(set) var warnings: [String] = []

  /// The region that contains an address. GDB treats memory outside of all regions as inaccessible.
  public func region(at address: UInt64) -> Region? {
    // Few stubs have more than a dozen regions, but there is no limit.
    var low = 0
    var high = regions.count
    while low < high {
      let middle = (low + high) / 2
      if regions[middle].start <= address { low = middle + 1 } else { high = middle }
    }
    guard low > 0, address <= regions[low - 1].last else { return nil }
    return regions[low - 1]
  }

  init(parsing bytes: [UInt8]) {
    let reader = XMLReader(bytes)
    var warnings = reader.warnings
    var found: [(region: Region, line: Int)] = []
    /// Whether the parser is inside a memory element that was added to the found ones.
    var isInside = false
    /// The property that the parser is in.
    var property: String?
    for event in reader.events {
      switch event {
      case .begin("memory", let attributes, let line):
        if let region = Self.region(attributes) {
          found.append((region, line))
          isInside = true
        } else {
          warnings.add("has malformed memory", line: line)
          isInside = false
        }
      case .end("memory", _): isInside = false
      case .begin("property", let attributes, _): property = attributes["name"]
      case .end("property", let text):
        if isInside, property == "blocksize", let index = found.indices.last,
          case .flash = found[index].region.kind
        {
          if let size = DocumentNumber.unsigned(text), size > 0 {
            found[index].region.kind = .flash(blockByteCount: size)
          } else {
            warnings.add("has the malformed block size \(text)", line: found[index].line)
          }
        }
        property = nil
      case .begin, .end: break
      }
    }
    // Equal ones stay in the document's order.
    let sorted = found.enumerated().sorted {
      ($0.element.region.start, $0.offset) < ($1.element.region.start, $1.offset)
    }
    for (_, (region, line)) in sorted {
      if let previous = regions.last, region.start <= previous.last {
        warnings.add("has memory at 0x\(String(region.start, radix: 16)) again", line: line)
      } else {
        regions.append(region)
      }
    }
    self.warnings = warnings.sentences(about: "the memory map")
  }

  private static func region(_ attributes: [String: String]) -> Region? {
    guard let start = DocumentNumber.unsigned(attributes["start"]),
      let byteCount = DocumentNumber.unsigned(attributes["length"]), byteCount > 0,
      !start.addingReportingOverflow(byteCount - 1).overflow
    else { return nil }
    switch attributes["type"] {
    case "ram": return Region(kind: .ram, start: start, byteCount: byteCount)
    case "rom": return Region(kind: .rom, start: start, byteCount: byteCount)
    case "flash":
      return Region(kind: .flash(blockByteCount: nil), start: start, byteCount: byteCount)
    default: return nil
    }
  }
}
