internal import CElfutils
internal import CZlib
internal import Glibc

/// Debug information in a file of its own, as distributions split it off.
extension ELFHandle {
  private static func wholePath(of folder: String) -> String? {
    guard let path = unsafe realpath(folder, nil) else { return nil }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }

  /// Whether the file itself has debug information.
  var hasDebugInformation: Bool {
    hasContents(of: ".debug_info") || hasContents(of: ".zdebug_info")
  }

  private func hasContents(of name: String) -> Bool {
    section(named: name).map { $0.sh_type != UInt32(SHT_NOBITS) } ?? false
  }

  /// The linker's build identifier, and the address that it has in memory; nil without one there.
  var buildIdentifier: (address: UInt64, bytes: [UInt8])? {
    guard let section = section(named: ".note.gnu.build-id"),
      section.sh_flags & UInt64(SHF_ALLOC) != 0, section.sh_type == UInt32(SHT_NOTE),
      section.sh_addr < unplacedStart,
      section.sh_size <= Self.noteByteCount,
      let bytes = contents(atOffset: section.sh_offset, byteCount: section.sh_size),
      bytes.count > 16
    else { return nil }
    // The identifier after the note's header and its name, "GNU".
    return (section.sh_addr &+ 16, Array(bytes.dropFirst(16)))
  }

  private static let noteByteCount: UInt64 = 256

  /// The file with the debug information that belongs to this one: by the build identifier in the folders of the
  /// system, or by the name and the checksum in `.gnu_debuglink`, as GDB looks for it ("Debugging Information in Separate
  /// Files"). Nil if there is none, or none that belongs to it.
  func debugFile(of path: String, folders: [String]) -> (path: String, elf: ELFHandle)? {
    let identifier = fingerprint
    if identifier.hasPrefix("build-id:") {
      let digits = identifier.dropFirst("build-id:".count)
      for folder in folders where digits.count > 2 {
        let candidate = "\(folder)/.build-id/\(digits.prefix(2))/\(digits.dropFirst(2)).debug"
        if let elf = try? ELFHandle(path: candidate), elf.fingerprint == identifier {
          return (candidate, elf)
        }
      }
    }
    var checksum: GElf_Word = 0
    guard let link = unsafe dwelf_elf_gnu_debuglink(pointer, &checksum) else { return nil }
    let name = unsafe String(cString: link)
    guard !name.isEmpty, !name.contains("/") else { return nil }
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let own = ["\(folder)/\(name)", "\(folder)/.debug/\(name)"]
    let whole = Self.wholePath(of: folder) ?? folder
    for candidate in own + folders.map({ "\($0)\(whole)/\(name)" }) where candidate != path {
      if let elf = try? ELFHandle(path: candidate), elf.checksum == checksum {
        return (candidate, elf)
      }
    }
    return nil
  }
}
