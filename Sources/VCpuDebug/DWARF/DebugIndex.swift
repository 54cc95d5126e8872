/// Which functions have a name, and which units have lines of a file. It is built a unit at a time.
final class DebugIndex {
  /// The number of units that are in it.
  private(set) var unitCount = 0
  /// A hash of a name in the upper half, the offset of a function's entry in the lower; sorted up to `sortedCount`.
  private var names: [UInt64] = []
  private var sortedCount = 0
  /// The files' paths.
  private var paths: [String] = []
  private var numbers: [String: Int] = [:]
  /// The units with lines of each file.
  private var units: [[UInt32]] = []
  /// The files with each last part of a path.
  private var filesByName: [Substring: [Int]] = [:]
  /// A second handle of libdw, which keeps what it has read: it is replaced now and then.
  private var reader: DebugInformation?

  /// After how many units the memory of the reader is given back.
  private static let unitsPerReader = 128

  /// Adds the next unit.
  ///
  /// - Returns: false once all are in it.
  func advance(_ information: DebugInformation) -> Bool {
    guard unitCount < information.units.count else {
      reader = nil
      return false
    }
    if unitCount % Self.unitsPerReader == 0 { reader = DebugInformation(elf: information.elf) }
    let unit = information.units[unitCount]
    if let reader {
      addNames(UnitWalk.functions(of: unit, in: reader)?.names ?? [])
      if let lines = reader.readLines(of: unit) { addFiles(of: lines) }
    }
    unitCount += 1
    return true
  }

  private func addNames(_ found: [UnitFunctions.Name]) {
    for name in found {
      guard let offset = UInt32(exactly: name.function) else { continue }
      names.append(UInt64(name.hash) << 32 | UInt64(offset))
    }
  }

  private func addFiles(of lines: UnitLines) {
    let used = Set(lines.rows.lazy.filter { $0.line > 0 }.map(\.file))
    for file in used.sorted() {
      units[number(of: lines.files[Int(file)])].append(UInt32(unitCount))
    }
  }

  private func number(of path: String) -> Int {
    if let known = numbers[path] { return known }
    let number = paths.count
    numbers[path] = number
    paths.append(path)
    units.append([])
    filesByName[SourcePath.lastPart(of: path), default: []].append(number)
    return number
  }

  /// The entries whose last part of the name may be `name`: a hash may be equal by chance.
  func functions(named name: String) -> [UInt64] {
    if sortedCount < names.count {
      names.sort()
      sortedCount = names.count
    }
    let hash = UInt64(UnitFunctions.hash(of: name.utf8))
    var low = 0
    var high = names.count
    while low < high {
      let middle = low + (high - low) / 2
      if names[middle] >> 32 >= hash { high = middle } else { low = middle + 1 }
    }
    return names[low...].prefix { $0 >> 32 == hash }.map { $0 & 0xffff_ffff }
  }

  /// The files that a person's path means, and the units with lines of them.
  func files(matching path: String) -> [(path: String, units: [Int])] {
    (filesByName[SourcePath.lastPart(of: path)] ?? []).filter {
      SourcePath.matches(paths[$0], path)
    }.map { (paths[$0], units[$0].map(Int.init)) }
  }

  /// All files that have lines, in no particular order.
  var allFiles: [String] { paths }
}

/// Paths of source files, as text.
enum SourcePath {
  static func lastPart(of path: String) -> Substring {
    path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
  }

  /// Whether a person's path means a file: it is the whole path, or the last parts of it. `.` and `..` in the middle of
  /// both are taken as what they mean.
  static func matches(_ file: String, _ wanted: String) -> Bool {
    if file == wanted { return true }
    let parts = parts(of: file)
    let end = self.parts(of: wanted)
    guard !end.isEmpty, end.count <= parts.count else { return false }
    if wanted.hasPrefix("/"), end.count != parts.count { return false }
    return parts.suffix(end.count).elementsEqual(end)
  }

  private static func parts(of path: String) -> [Substring] {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return parts
  }
}
