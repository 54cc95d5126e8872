import Glibc

@testable import VCpuDebug

/// Reads everything of an ELF file that a session may read: names, segments, lines, functions, types, variables, call
/// frame information. Whatever the file says, this ends, and takes little memory.
///
/// The tests run it with damaged files; `scripts/fuzz` compiles this folder together with what reads files, and feeds it
/// with what libFuzzer makes up.
enum FileTarget {
  /// So much of each is read: a fuzzer should see many files, not all of one.
  private static let limit = 200

  /// Reads a file that has these bytes.
  static func check(_ bytes: [UInt8]) {
    let path = "/dev/shm/vcpu-shell-file-\(getpid())"
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    unlink(path)
    defer { close(descriptor) }
    guard
      unsafe bytes.withUnsafeBytes({ unsafe write(descriptor, $0.baseAddress, $0.count) })
        == bytes.count
    else { return }
    read("/proc/self/fd/\(descriptor)")
  }

  /// Reads the file of a path.
  static func read(_ path: String) {
    guard let file = file(path) else { return }
    _ = try? file.loadSegments()
    _ = file.executableRanges
    _ = file.fingerprint
    _ = file.buildIdentifier
    var addresses: Set<UInt64> = [0, file.entryPoint, .max]
    addresses.formUnion(file.executableRanges.prefix(8).map(\.lowerBound))
    let table = file.names.table
    for index in 0..<min(table.count, limit) {
      let symbol = table[index]
      addresses.formUnion([symbol.address, symbol.address &+ 8])
      _ = table.symbol(named: symbol.name)
      _ = table.end(of: symbol)
      _ = file.names.symbols(named: "x::" + symbol.name)
    }
    _ = file.names.names(withPrefix: "")
    for address in addresses.sorted().prefix(limit) {
      _ = table.symbol(at: address)
      _ = file.contents(at: address, byteCount: 64)
      _ = file.callFrames?.rules(at: address)
    }
    if let information = file.debugInformation { read(information, addresses) }
  }

  /// Opens a file, and gives all sections of a relocatable one but the last an address.
  private static func file(_ path: String) -> SymbolFile? {
    do throws(SymbolFileError) {
      return try SymbolFile(path: path, requiresSymbols: false, for: nil, debugFolders: [])
    } catch .relocatable(_, let names) {
      var places = names.prefix(limit).dropLast().enumerated().map {
        SectionAddress(name: $1, address: UInt64($0 + 1) << 24)
      }
      // Those of which there are several, or that are too large, are left out.
      while !places.isEmpty {
        if let file = try? SymbolFile(
          path: path, requiresSymbols: false, for: nil, debugFolders: [], sections: places)
        {
          return file
        }
        places.removeLast()
      }
      return nil
    } catch {
      return nil
    }
  }

  private static func read(_ information: DebugInformation, _ addresses: Set<UInt64>) {
    let program = ProgramTypes(information)
    defer { program.forgetTypes() }
    let indexes: [any SlicedReading] = [
      information.functionIndex, information.fileIndex, program.index,
    ]
    for index in indexes {
      var count = 0
      while index.advance(), count < limit { count += 1 }
    }
    for unit in information.units.prefix(limit) {
      guard let entry = information.debugEntry(at: unit.offset) else { continue }
      var budget = limit
      read(entry, program, depth: 0, &budget)
      if let range = information.lines(of: unit)?.rows.prefix(limit) {
        for row in range { _ = information.sourcePosition(at: row.address) }
      }
      for code in information.functions(of: unit)?.code.prefix(limit) ?? [] {
        _ = information.functions(at: code.start)
        readVariables(at: code.start, program)
      }
    }
    for address in addresses.sorted().prefix(limit) {
      _ = information.sourceLocation(at: address)
      readVariables(at: address, program)
    }
    for name in ["main", "x::y", ""] { _ = information.functions(named: name) }
    for file in information.files(matching: "main.c") {
      _ = information.code(ofLine: 1, inFile: file)
    }
    for name in ["int", "struct s", "unsigned long", "a::b"] { _ = program.type(named: name) }
  }

  /// The types and the variables in an entry.
  private static func read(
    _ parent: DebugEntry, _ program: ProgramTypes, depth: Int, _ budget: inout Int
  ) {
    guard depth < 20 else { return }
    parent.forEachChild { entry in
      budget -= 1
      guard budget > 0 else { return false }
      _ = entry.qualifiedName
      let type = program.type(entry)
      _ = type.byteCount
      _ = TypeText.ptype(type, hasOffsets: true)
      _ = ValueReader().node(
        ProgramValue(type: type, address: 0x1000, scope: ValueScope(context: EmptyContext())))
      read(entry, program, depth: depth + 1, &budget)
      return true
    }
  }

  private static func readVariables(at address: UInt64, _ program: ProgramTypes) {
    let scope = ValueScope(
      context: EmptyContext(), programCounter: address, frameBase: program.frameBase(at: address))
    for variable in program.variables(at: address).prefix(limit) {
      guard let value = try? variable.value(in: scope) else { continue }
      _ = ValueReader().node(value)
    }
  }
}

/// A target whose registers are small numbers, and whose memory is the same byte everywhere.
private struct EmptyContext: LocationContext {
  var slide: UInt64 { 0 }
  func register(_ number: Int) -> UInt64? { UInt64(number) &* 0x1000 }
  func memory(at address: UInt64, byteCount: Int) throws -> [UInt8] {
    guard byteCount <= 1 << 20 else { throw LocationError.noFrame }
    return [UInt8](repeating: 0x41, count: byteCount)
  }
  func canonicalFrameAddress() -> UInt64? { 0x4000_0000 }
}
