/// Which units have lines of a source file. It is read a unit at a time.
final class FileIndex: SlicedReading {
  /// The files' paths.
  private var paths: [String] = []
  private var numbers: [String: Int] = [:]
  /// The units with lines of each file.
  private var units: [[UInt32]] = []
  /// The files with each last part of a path.
  private var filesByName: [Substring: [Int]] = [:]
  private let reader: UnitReader
  private unowned let information: DebugInformation

  init(_ information: DebugInformation) {
    self.information = information
    reader = UnitReader(information)
  }

  var readByteCount: UInt64 { reader.offset }
  var byteCount: UInt64 { information.byteCount }

  func advance() -> Bool {
    guard let (index, unit, handle) = reader.next() else { return false }
    for path in handle.filesWithLines(of: unit) { units[number(of: path)].append(UInt32(index)) }
    return true
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

  /// The files that a person's path means, and the units with lines of them.
  func files(matching path: String) -> [(path: String, units: [Int])] {
    (filesByName[SourcePath.lastPart(of: path)] ?? []).filter {
      SourcePath.matches(paths[$0], path)
    }.map { (paths[$0], units[$0].map(Int.init)) }
  }
}
