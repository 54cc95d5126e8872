/// What a GIC's distributor and redistributor hold for one CPU: which interrupts are enabled, pending and active, and
/// which of them are routed to it. (IHI 0069, 12.9 "The GIC Distributor register map", 12.11 "The GIC Redistributor
/// register map"; IHI 0048, 4.3.)
public struct InterruptController: Equatable, Sendable {
  /// The architecture of the controller.
  public enum Version: Equatable, Sendable {
    /// With the memory of its CPU interfaces.
    case v2
    /// GICv3 or GICv4, with this CPU's redistributor.
    case v3(redistributor: UInt64)
  }

  /// The version.
  public var version: Version
  /// The address of its distributor.
  public var distributor: UInt64
  /// GICD_CTLR.
  public var control: UInt32
  /// A bit for each interrupt that is enabled, 32 in each word. The first word is this CPU's own.
  public var enabled: [UInt32]
  /// The same for pending interrupts.
  public var pending: [UInt32]
  /// The same for active interrupts.
  public var active: [UInt32]
  /// The same for interrupts in group 1.
  public var group1: [UInt32]
  /// The priorities of interrupts, as far as they were read.
  public var priorities: [Int: UInt8] = [:]
  /// Whether the distributor sends shared interrupts to this CPU, as far as that was read.
  public var isForThisCPU: [Int: Bool] = [:]

  /// Creates a controller with these registers.
  public init(
    version: Version, distributor: UInt64, control: UInt32, enabled: [UInt32], pending: [UInt32],
    active: [UInt32], group1: [UInt32]
  ) {
    self.version = version
    self.distributor = distributor
    self.control = control
    self.enabled = enabled
    self.pending = pending
    self.active = active
    self.group1 = group1
  }

  /// How many interrupts there are. The first 32 are private to each CPU.
  public var interruptCount: Int { enabled.count * 32 }

  /// The numbers of the bits that are set.
  public static func numbers(_ words: [UInt32]) -> [Int] {
    words.enumerated().flatMap { index, word in
      (0..<32).filter { word >> UInt32($0) & 1 != 0 }.map { index * 32 + $0 }
    }
  }

  private static func has(_ words: [UInt32], _ number: Int) -> Bool {
    let index = number / 32
    return words.indices.contains(index) && words[index] >> UInt32(number % 32) & 1 != 0
  }

  /// Whether an interrupt is pending.
  public func isPending(_ number: Int) -> Bool { Self.has(pending, number) }

  /// Whether this is the Secure view, or that of a controller without Security: GICv3's DS, bit 6. Otherwise groups
  /// aren't shown, and everything that is shown is in group 1.
  private var showsGroups: Bool {
    switch version {
    case .v2: true
    case .v3: control >> 6 & 1 != 0
    }
  }

  /// The group of an interrupt.
  public func group(of number: Int) -> Int {
    !showsGroups || Self.has(group1, number) ? 1 : 0
  }

  /// Whether the distributor forwards a group: EnableGrp0 is bit 0 and EnableGrp1 bit 1, and in a view without groups
  /// either is group 1's.
  public func isForwarding(group: Int) -> Bool {
    showsGroups ? control >> UInt32(group) & 1 != 0 : control & 3 != 0
  }

  /// Why an interrupt doesn't get from the controller to the CPU; nil if there is no known obstacle.
  ///
  /// - Parameters:
  ///   - interface: the CPU's interface; nil if it isn't known.
  ///   - isPending: whether to treat it as pending although it isn't yet.
  public func obstacle(
    to number: Int, through interface: CPUInterfaceState?, isPending: Bool = false
  ) -> InterruptObstacle? {
    guard isPending || Self.has(pending, number) else { return .notPending }
    guard Self.has(enabled, number) else {
      let isOwn = number < 32 && version != .v2
      return .notEnabled(register: "\(isOwn ? "GICR" : "GICD")_ISENABLER\(isOwn ? 0 : number / 32)")
    }
    guard !Self.has(active, number) else { return .isActive }
    guard isForThisCPU[number] != false else { return .goesElsewhere }
    let group = group(of: number)
    guard isForwarding(group: group) else { return .distributorOff(group: group) }
    guard let interface else { return nil }
    guard (group == 1 ? interface.isGroup1On : interface.isGroup0On) ?? true else {
      return .groupOff(group)
    }
    guard let priority = priorities[number] else { return nil }
    guard priority < interface.mask else { return .mask(priority, mask: interface.mask) }
    if let running = interface.running, running != 0xff, priority >= running {
      return .running(priority, running: running)
    }
    return nil
  }
}
