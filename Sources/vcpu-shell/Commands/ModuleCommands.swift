internal import VCpuDebug

/// `symbol-file`: takes the symbols of a world from a file.
enum SymbolFileCommand: ShellCommand {
  static let name = "symbol-file"
  static let aliases = ["file"]
  private static let words = ModuleArguments.optionalParameter
  static let parameters: [any AnyParameter] = [words]
  static let summary = "Take the symbols of the hypervisor or of a guest from an ELF file."
  static let manual = """
    The file replaces those that were read for the same space: 'hv' without 'in', for a target without guests
    the only one. 'in guest' is the guest's kernel, 'in guest[vm 2]' that of one virtual machine, 'in el0' a
    program. Its breakpoints are looked up again.

    Where the code is in memory is found out: it is where the file says, or the PC or the vectors tell how far
    it has moved, such as a kernel with KASLR. A kernel that its guest hasn't started is found at a later stop.
    While a breakpoint waits for one of its names, the debugger looks at each exit until it is found: 'break
    start_kernel' before the machine runs stops there, wherever the kernel goes. An OFFSET says how far
    everything is from the file's addresses, an ADDRESS where its section .text is.

    Debug information in a file of its own is read, too: /usr/lib/debug has it by the build identifier, or
    .gnu_debuglink names it. Without a file, all symbols are forgotten, as in GDB.

    A Linux kernel has the names of its functions in memory, its kallsyms. For a guest without a file they are
    read when a name is needed first: by 'backtrace', 'info symbol', 'break guest:NAME'. With the word
    kallsyms in place of a file, as in 'symbol-file kallsyms in guest', they are read now, or the reason is said
    why they can't be had. 'in hv' is the kernel at EL2 that is KVM's host.

      symbol-file axvisor.elf
      symbol-file vmlinux in guest
      symbol-file xen-syms -o 0x200000
    """

  static let transcript = """
    (vcpu) symbol-file hypervisor.elf
    3  hv:0x40201000-0x4020702f  hypervisor.elf
       11 symbols, debug information, as in memory
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    guard let text = arguments[words] else {
      try session.removeModules { _ in true }
      return .done
    }
    // The file is read before anything is replaced.
    let module = try ModuleArguments(text, of: name, in: shell).module(in: session, shell)
    try session.removeModules { $0 !== module && $0.space == module.space }
    return .answer(try ModulesAnswer([module], in: session))
  }
}

/// `add-symbol-file`: adds a file's symbols.
enum AddSymbolFileCommand: ShellCommand {
  static let name = "add-symbol-file"
  private static let words = ModuleArguments.parameter
  static let parameters: [any AnyParameter] = [words]
  static let summary = "Add the symbols of another ELF file."
  static let manual = """
    Like 'symbol-file', but the files that were read before stay. A name is looked up in the order of
    'info modules', an address in the file whose code or data it is.

      add-symbol-file loader.elf
      add-symbol-file guest.elf 0x40400000 in guest
    """

  static let transcript = """
    (vcpu) add-symbol-file guest.elf in guest
    3  guest:0x40200000-0x4020013f  guest.elf
       22 symbols, no debug information, as in memory
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    let module = try ModuleArguments(arguments[words], of: name, in: shell).module(
      in: session, shell)
    return .answer(try ModulesAnswer([module], in: session))
  }
}

/// `unload`: forgets files.
enum UnloadCommand: ShellCommand {
  static let name = "unload"
  static let aliases = ["remove-symbol-file"]
  private static let numbers = Parameter<String>("N…|all", .words) { scanner in
    guard let text = scanner.takeAll() else {
      throw ShellError("'\(scanner.command)' needs numbers of 'info modules', or 'all'")
    }
    return text
  }
  static let parameters: [any AnyParameter] = [numbers]
  static let summary = "Forget files with symbols, by their numbers in 'info modules'."
  static let manual = """
    Breakpoints at their symbols stay where they are.

      unload 2
      unload all
    """

  static let transcript = """
    (vcpu) unload 2
    (vcpu) info modules
    1  hv:0x40201000-0x4020702f  hypervisor.elf
       11 symbols, debug information, as in memory
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    guard arguments[numbers].trimmed != "all" else {
      try session.removeModules { _ in true }
      return .done
    }
    let wanted = try NumberList(arguments[numbers], of: "module").numbers(in: session)
    for number in wanted where !session.modules.all.contains(where: { $0.number == number }) {
      throw ShellError("no module \(number): see 'info modules'")
    }
    try session.removeModules { wanted.contains($0.number) }
    return .done
  }
}

/// `info modules`: the files with symbols.
enum InfoModulesCommand: ShellCommand {
  static let name = "info modules"
  static let aliases = ["info files", "info sharedlibrary"]
  static let summary = "List the files with symbols: whose they are, and where their code is."
  static let manual = """
    For each file its number, the space that its addresses are of, where its code is, how far that is from the
    file's addresses, whether it has debug information, and whether its code is what is in memory.
    """

  static let transcript = """
    (vcpu) info modules
    1  hv:0x40201000-0x4020702f  hypervisor.elf
       11 symbols, debug information, as in memory
    2  guest:0x40200000-0x4020013f  guest.elf
       22 symbols, no debug information, as in memory
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    return .answer(try ModulesAnswer(session.modules.all, in: session))
  }
}
