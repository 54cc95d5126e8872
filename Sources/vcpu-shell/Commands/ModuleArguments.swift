internal import VCpuDebug

/// The arguments of commands that read a file with symbols:
/// `FILE [ADDRESS] [-s SECTION ADDRESS]… [-o OFFSET] [in SPACE]`.
struct ModuleArguments {
  /// The file's path.
  let path: String
  /// Where its sections are: `.text` at the address without a name.
  let sections: [SectionAddress]
  /// How far everything is from the file's addresses; nil if that wasn't given.
  let offset: UInt64?
  /// Whose code it is.
  let space: AddressSpace

  /// The word for the names that a kernel has of itself.
  static let kallsyms = "kallsyms"

  static let usage = "FILE [ADDRESS] [-s SECTION ADDRESS]… [-o OFFSET] [in SPACE]"

  static let parameter = Parameter<String>(
    usage, .words, complete: { _ in .fileNames }
  ) { scanner in
    guard let text = scanner.takeAll() else {
      throw ShellError("'\(scanner.command)' needs the path of an ELF file")
    }
    return text
  }

  /// The same, which may be missing.
  static let optionalParameter = Parameter<String?>(
    "[\(usage)]", .words, complete: { _ in .fileNames }
  ) { $0.takeAll() }

  init(_ text: String, of command: String, in shell: Shell) throws {
    let session = try shell.requireSession()
    var words = try ScriptArguments(parsing: text).words[...]
    func number(_ word: String) throws -> UInt64 {
      try shell.evaluating(word) { try session.value(of: $0) }.bits
    }
    guard let path = words.popFirst() else {
      throw ShellError("'\(command)' needs the path of an ELF file")
    }
    self.path = path
    var sections: [SectionAddress] = []
    var offset: UInt64?
    var space = AddressSpace.hypervisor
    var hasAddress = false
    while let word = words.popFirst() {
      switch word {
      case "-o":
        guard let value = words.popFirst() else {
          throw ShellError("'-o' needs an offset: how far everything is from the file's addresses")
        }
        offset = try number(value)
      case "-s":
        guard let section = words.popFirst(), let address = words.popFirst() else {
          throw ShellError(
            "'-s' needs the name of a section and its address, such as .data 0x40200000")
        }
        sections.append(SectionAddress(name: section, address: try number(address)))
      case "in":
        space = try Self.space(words.joined(separator: " "), session)
        words = []
      default:
        guard !hasAddress else {
          throw ShellError("'\(command)' takes \(Self.usage), and '\(word)' is none of it")
        }
        hasAddress = true
        sections.insert(SectionAddress(name: ".text", address: try number(word)), at: 0)
      }
    }
    guard sections.isEmpty || offset == nil else {
      throw ShellError("an address and an offset exclude each other: the one gives the other")
    }
    (self.sections, self.offset, self.space) = (sections, offset, space)
  }

  /// `hv`, `guest`, `el0`, or `guest[vm N]`.
  static func space(_ text: String, _ session: HypervisorSession) throws -> AddressSpace {
    let name = text.hasSuffix(":") ? String(text.dropLast()) : text
    guard let space = AddressSpace(prefix: name),
      [.hypervisor, .guest, .program].contains(space.kind)
    else {
      throw ShellError("'in' takes hv, guest, guest[vm N] or el0, not '\(text)'")
    }
    try session.requireHypervisor(for: "\(space.label) addresses")
    return space
  }

  /// Reads the file, and adds it to the session.
  func module(in session: HypervisorSession, _ shell: Shell) throws -> Module {
    if path == Self.kallsyms {
      guard sections.isEmpty, offset == nil else {
        throw ShellError("kallsyms says itself where the kernel is: it takes no address")
      }
      return try session.addKernelNames(in: space, check: shell.checkInterrupt)
    }
    let file = try shell.reader.file(path, sections: sections)
    let slide = file.isRelocatable ? nil : try file.slide(placing: sections) ?? offset
    let module = try session.add(file, in: space, slide: slide)
    // The answer says what was found out.
    _ = session.takeModuleNotes()
    return module
  }
}
