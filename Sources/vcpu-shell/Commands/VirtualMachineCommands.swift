internal import VCpuDebug

/// `info vms`: the virtual machines that are known.
enum InfoVirtualMachinesCommand: ShellCommand {
  static let name = "info vms"
  static let summary = "List the virtual machines that were seen on a CPU, or that 'vm add' named."
  static let manual = """
    A hypervisor changes VTTBR_EL2 to switch from one virtual machine to another, and its VMID tells them
    apart. A machine is listed once a CPU had it at a stop where its memory or its exit was looked at, with the
    CPUs that it is on now. 'ipa[vm 3]:ADDRESS' is an address in the machine with VMID 3, whether or not it is
    on a CPU; 'guest[vm 3]:ADDRESS' also goes through stage 1, of a CPU that it is on.
    """

  static let transcript = """
    (vcpu) info vms
    vm 0  stage 2 tables at pa:0x44000000  on CPU 0 (vCPU 0)
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    return .answer(try VirtualMachinesAnswer(in: session))
  }
}

/// `vm add`: names a virtual machine.
enum AddVirtualMachineCommand: ShellCommand {
  static let name = "vm add"
  private static let machineName = Parameter<String>.name("NAME", "needs a name, such as 'linux'")
  private static let registers = Parameter<String>.text("vttbr VALUE [vtcr VALUE]")
  static let parameters: [any AnyParameter] = [machineName, registers]
  static let summary = "Name a virtual machine by the VTTBR_EL2 that it runs with."
  static let manual = """
    The address prefixes 'ipa[vm NAME]:' and 'guest[vm NAME]:' then mean this machine. Without 'vtcr' its tables
    have the form that VTCR_EL2 says when they are walked.

      vm add linux vttbr $vttbr_el2
      vm add dom1 vttbr 0x0002000041230000 vtcr $vtcr_el2
    """

  static let transcript = """
    (vcpu) vm add linux vttbr $vttbr_el2
    (vcpu) info vms
    vm 0 linux  stage 2 tables at pa:0x44000000  on CPU 0 (vCPU 0)
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    try session.requireHypervisor(for: "virtual machines")
    let text = arguments[registers].trimmed
    guard let rest = text.words(after: "vttbr") else {
      throw ShellError("'vm add' takes NAME vttbr VALUE, such as 'vm add linux vttbr $vttbr_el2'")
    }
    let parts = rest.firstRange(of: " vtcr ").map {
      [String(rest[..<$0.lowerBound]), String(rest[$0.upperBound...])]
    }
    let values = try (parts ?? [rest]).map { part in
      try shell.evaluating(part) { try session.value(of: $0) }.bits
    }
    try session.memory.machines.add(
      arguments[machineName], vttbr: values[0], vtcr: values.count > 1 ? values[1] : nil)
    return .done
  }
}

/// `vm delete`: forgets a virtual machine.
enum DeleteVirtualMachineCommand: ShellCommand {
  static let name = "vm delete"
  private static let machineName = Parameter<String>.name(
    "NAME", "needs the name or the VMID of a virtual machine: see 'info vms'")
  static let parameters: [any AnyParameter] = [machineName]
  static let summary = "Forget a virtual machine; it is listed again once it is seen on a CPU."

  static let transcript = """
    (vcpu) vm add linux vttbr $vttbr_el2
    (vcpu) vm delete linux
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try shell.requireSession().memory.machines.remove(arguments[machineName])
    return .done
  }
}

extension String {
  /// What follows a word and blanks; nil if the text doesn't begin with them.
  fileprivate func words(after word: String) -> String? {
    guard hasPrefix(word + " ") else { return nil }
    let rest = dropFirst(word.count).trimmed
    return rest.isEmpty ? nil : rest
  }
}
