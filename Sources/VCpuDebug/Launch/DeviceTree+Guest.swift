internal import CArmVCpu

/// What a guest is told about its environment. Addresses are intermediate physical ones.
struct GuestEnvironment: Equatable, Sendable {
  /// All the memory that it is told about.
  var memory: Range<UInt64>
  /// The part of it that belongs to the hypervisor.
  var reserved: Range<UInt64>?
  /// Where its initial file system is; nil without one.
  var initrd: Range<UInt64>?
  var commandLine: String
  /// Whether it has the machine's interrupt controller, and with it the machine's devices.
  var hasMachineDevices: Bool

  /// - Parameter isFirmware: UEFI assumes that its memory starts at the start of RAM, whatever it is told; what
  ///   it must not use is reserved.
  init(
    memory: GuestMemory, isFirmware: Bool = false, initrd: Range<UInt64>? = nil,
    commandLine: String
  ) {
    let start = GuestMemory.treeAddress
    self.memory = (isFirmware ? start : memory.base)..<memory.end
    reserved = isFirmware ? start + GuestMemory.treeRoom..<memory.base : nil
    self.initrd = initrd
    self.commandLine = commandLine
    hasMachineDevices = memory.isOneToOne
  }
}

extension DeviceTree {
  /// Turns the machine's device tree into the guest's: its memory is what the hypervisor leaves, its firmware is
  /// the hypervisor, and what stage 2 can't map is removed.
  mutating func adapt(to guest: GuestEnvironment) throws(DeviceTreeError) {
    try setMemory(guest.memory)
    if let reserved = guest.reserved { try reserve(reserved) }
    try setFirmware()
    try setChosen(guest)
    try removePerformanceMonitors()
    try removeDistantWindows()
  }

  /// Removes what differs at every start of the emulator: the seeds of the kernel's addresses and of its
  /// random numbers. Then a session can be repeated.
  mutating func removeSeeds() throws(DeviceTreeError) {
    for name in ["kaslr-seed", "rng-seed"] { try remove(name, of: "/chosen") }
  }

  /// Removes what a guest without the machine's interrupt controller doesn't have: the controller, the
  /// timer that interrupts through it, and every device except the console.
  mutating func removeMachineDevices() throws(DeviceTreeError) {
    for path in paths where path.dropFirst().contains("/") == false && path != "/" {
      let isKept =
        path == Self.console || Self.essentials.contains(path)
        || strings("device_type", of: path) == ["memory"]
        || strings("compatible", of: path).contains("fixed-clock")
      if !isKept { try removeNode(path) }
    }
    try remove("interrupt-parent", of: "/")
    if paths.contains(Self.console) { try remove("interrupts", of: Self.console) }
  }

  private static let console = "/pl011@" + String(AVCPU_CONSOLE_BASE, radix: 16)
  private static let essentials = ["/cpus", "/psci", "/chosen", "/aliases", "/reserved-memory"]

  private mutating func setMemory(_ memory: Range<UInt64>) throws(DeviceTreeError) {
    guard cells("#address-cells", of: "/") == [2], cells("#size-cells", of: "/") == [2] else {
      throw .unsupportedCells
    }
    for path in paths where strings("device_type", of: path) == ["memory"] {
      try removeNode(path)
    }
    let name = "memory@" + String(memory.lowerBound, radix: 16)
    try addNode(name)
    try set("device_type", of: "/" + name, to: "memory")
    try set("reg", of: "/" + name, to: memory.cells)
  }

  /// Marks a part of memory as reserved (Devicetree Specification 0.4, 3.5).
  private mutating func reserve(_ range: Range<UInt64>) throws(DeviceTreeError) {
    let parent = "/reserved-memory"
    try addNode("reserved-memory")
    try set("#address-cells", of: parent, to: [2] as [UInt32])
    try set("#size-cells", of: parent, to: [2] as [UInt32])
    try set("ranges", of: parent, to: [UInt8]())
    let name = "hypervisor@" + String(range.lowerBound, radix: 16)
    try addNode(name, below: parent)
    try set("reg", of: parent + "/" + name, to: range.cells)
    try set("no-map", of: parent + "/" + name, to: [UInt8]())
  }

  /// The hypervisor answers HVC and SMC; HVC needs no trap.
  private mutating func setFirmware() throws(DeviceTreeError) {
    try addNode("psci")
    try set("compatible", of: "/psci", to: "arm,psci-1.0", "arm,psci-0.2")
    try set("method", of: "/psci", to: "hvc")
    // Function identifiers of PSCI 0.1.
    for name in ["cpu_suspend", "cpu_off", "cpu_on", "migrate"] {
      try remove(name, of: "/psci")
    }
    for path in paths where strings("device_type", of: path) == ["cpu"] {
      try set("enable-method", of: path, to: "psci")
    }
  }

  private mutating func setChosen(_ guest: GuestEnvironment) throws(DeviceTreeError) {
    try addNode("chosen")
    try set("bootargs", of: "/chosen", to: guest.commandLine)
    if property("stdout-path", of: "/chosen") == nil, paths.contains(Self.console) {
      try set("stdout-path", of: "/chosen", to: Self.console)
    }
    if let initrd = guest.initrd {
      try set("linux,initrd-start", of: "/chosen", to: initrd.lowerBound)
      try set("linux,initrd-end", of: "/chosen", to: initrd.upperBound)
    } else {
      try remove("linux,initrd-start", of: "/chosen")
      try remove("linux,initrd-end", of: "/chosen")
    }
  }

  /// Removes the performance monitors, which the hypervisor doesn't provide to a guest.
  private mutating func removePerformanceMonitors() throws(DeviceTreeError) {
    for path in paths where strings("compatible", of: path).contains("arm,armv8-pmuv3") {
      try removeNode(path)
    }
  }

  private var pciHosts: [String] {
    paths.filter { strings("device_type", of: $0) == ["pci"] }
  }

  /// Removes the windows of a PCI host that are outside stage 2's input range: `virt` has one of 512 GiB
  /// at 512 GiB.
  private mutating func removeDistantWindows() throws(DeviceTreeError) {
    // Three cells of PCI address, two of the CPU's, two of size.
    let width = 7
    for host in pciHosts {
      let windows = cells("ranges", of: host)
      let near = stride(from: 0, to: windows.count / width * width, by: width)
        .map { windows[$0..<$0 + width] }
        .filter { window in
          let (start, size) = (window.dropFirst(3).prefix(2).number, window.suffix(2).number)
          return start < MappedRange.limit && size <= MappedRange.limit - start
        }
      try set("ranges", of: host, to: Array(near.joined()))
    }
  }
}

extension Collection<UInt32> {
  /// The number that big-endian cells represent.
  fileprivate var number: UInt64 { reduce(0) { $0 << 32 | UInt64($1) } }
}

extension Range<UInt64> {
  /// Address and size, two big-endian cells each.
  fileprivate var cells: [UInt32] {
    [lowerBound, upperBound - lowerBound].flatMap { number in
      [UInt32(number >> 32), UInt32(truncatingIfNeeded: number)]
    }
  }
}
