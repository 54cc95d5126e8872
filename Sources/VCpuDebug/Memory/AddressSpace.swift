/// The space that an address belongs to, and whose it is: `guest`, `guest[cpu 1]`, `ipa[vm 3]`.
public struct AddressSpace: Hashable, Sendable {
  /// What the addresses of a space are.
  public enum Kind: String, Sendable, CaseIterable {
    /// `hv:`, EL2 virtual.
    case hypervisor = "hv"
    /// `guest:`, guest virtual (stage 1 and 2).
    case guest = "guest"
    /// `el0:`, virtual addresses of the program at EL0: the host's while HCR_EL2.TGE is 1, otherwise the guest's.
    case program = "el0"
    /// `ipa:`, guest physical (stage 2).
    case intermediatePhysical = "ipa"
    /// `pa:`, physical.
    case physical = "pa"
    /// The virtual addresses of a target without guests, which don't need a prefix.
    case plain = ""
  }

  /// Whose addresses they are, if not the selected CPU's.
  public enum Owner: Hashable, Sendable {
    /// `cpu 1`: the CPU with this number, from 0 as the machine counts them.
    case cpu(Int)
    /// `vcpu 1`: the vCPU with this number, on the CPU that it is on.
    case vcpu(UInt64)
    /// `vm 3`, `vm linux`: the virtual machine with this VMID or name.
    case vm(String)

    /// The owner that the words between brackets name; nil for others.
    public init?(_ text: String) {
      let words = text.split(separator: " ")
      guard words.count == 2 else { return nil }
      let number = Self.number(words[1])
      switch words[0] {
      case "cpu":
        guard let number = number.flatMap(Int.init(exactly:)) else { return nil }
        self = .cpu(number)
      case "vcpu":
        guard let number else { return nil }
        self = .vcpu(number)
      case "vm": self = .vm(number.map { String($0) } ?? String(words[1]))
      default: return nil
      }
    }

    private static func number(_ text: Substring) -> UInt64? {
      text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
    }

    /// The words between the brackets.
    public var text: String {
      switch self {
      case .cpu(let number): "cpu \(number)"
      case .vcpu(let number): "vcpu \(number)"
      case .vm(let name): "vm \(name)"
      }
    }
  }

  /// One word: expressions are evaluated on a stack, and have a space for each value.
  private enum Form: Hashable {
    case hypervisor, guest, program, intermediatePhysical, physical, plain
    indirect case owned(Kind, Owner)
  }

  private let form: Form

  /// Creates a space.
  public init(_ kind: Kind, of owner: Owner? = nil) {
    if let owner {
      form = .owned(kind, owner)
      return
    }
    form =
      switch kind {
      case .hypervisor: .hypervisor
      case .guest: .guest
      case .program: .program
      case .intermediatePhysical: .intermediatePhysical
      case .physical: .physical
      case .plain: .plain
      }
  }

  /// What its addresses are.
  public var kind: Kind {
    switch form {
    case .hypervisor: .hypervisor
    case .guest: .guest
    case .program: .program
    case .intermediatePhysical: .intermediatePhysical
    case .physical: .physical
    case .plain: .plain
    case .owned(let kind, _): kind
    }
  }

  /// Whose they are; nil for those of the selected CPU.
  public var owner: Owner? {
    if case .owned(_, let owner) = form { owner } else { nil }
  }

  /// A space of somebody; nil for a kind of addresses that doesn't belong to a CPU or a VM.
  init?(_ kind: Kind, ofAny owner: Owner) {
    switch (kind, owner) {
    case (.physical, _), (.plain, _): return nil
    case (.hypervisor, .vm), (.hypervisor, .vcpu), (.program, .vm): return nil
    default: self.init(kind, of: owner)
    }
  }

  /// The space of instructions that somebody executes. A hypervisor's also belong to the vCPU or VM whose exit is
  /// handled. Nil for addresses that aren't executed.
  static func breakpointSpace(_ kind: Kind, of owner: Owner) -> Self? {
    switch kind {
    case .hypervisor, .guest, .program: Self(kind, of: owner)
    case .intermediatePhysical, .physical, .plain: nil
    }
  }

  /// `hv:`, of the selected CPU.
  public static let hypervisor = Self(.hypervisor)
  /// `guest:`, of the guest on the selected CPU.
  public static let guest = Self(.guest)
  /// `el0:`, of the program on the selected CPU.
  public static let program = Self(.program)
  /// `ipa:`, of the guest on the selected CPU.
  public static let intermediatePhysical = Self(.intermediatePhysical)
  /// `pa:`.
  public static let physical = Self(.physical)
  /// The addresses of a target without guests.
  public static let plain = Self(.plain)

  /// The space with a prefix, without its colon; nil for another text.
  public init?(prefix: String) {
    let parts = prefix.split(separator: "[", maxSplits: 1, omittingEmptySubsequences: false)
    guard let kind = parts.first.flatMap({ Kind(rawValue: String($0)) }) else { return nil }
    guard parts.count == 2 else {
      self.init(kind)
      return
    }
    guard parts[1].hasSuffix("]"), let owner = Owner(String(parts[1].dropLast())) else {
      return nil
    }
    self.init(kind, of: owner)
  }

  /// Whether its addresses are those that a CPU translates.
  public var isVirtual: Bool {
    switch kind {
    case .hypervisor, .guest, .program, .plain: true
    case .intermediatePhysical, .physical: false
    }
  }

  /// The prefix without a colon: `guest[cpu 1]`.
  public var prefix: String { owner.map { "\(kind.rawValue)[\($0.text)]" } ?? kind.rawValue }

  /// The prefix with the colon, as typed; empty for a plain address.
  public var label: String { kind == .plain ? "" : prefix + ":" }
}
