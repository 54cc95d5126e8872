internal import ArmVCpu
internal import CArmVCpu

/// Where a Linux guest has its memory, and what it is told.
struct GuestEnvironment {
  var memoryBase: PhysicalAddress
  var memoryByteCount: UInt64
  /// Where its initial file system is; nil without one.
  var initrd: Initrd?
  var commandLine: String

  struct Initrd {
    var base: PhysicalAddress
    var byteCount: UInt64
  }
}

extension DeviceTree {
  /// Makes the machine's device tree one of the guest: its memory is what the hypervisor leaves, its firmware is
  /// the hypervisor, and what stage 2 cannot map is gone.
  mutating func adapt(to guest: GuestEnvironment) throws(DeviceTreeError) {
    try setMemory(guest.memoryBase, guest.memoryByteCount)
    try setFirmware()
    try setChosen(guest)
    try removePerformanceMonitors()
    try removeDistantWindows()
  }

  /// Takes away what is different at every start of the emulator: the seeds of the kernel's addresses and of
  /// its random numbers. A session can be repeated then.
  mutating func removeSeeds() throws(DeviceTreeError) {
    for name in ["kaslr-seed", "rng-seed"] { try remove(name, of: "/chosen") }
  }

  /// The ranges of devices: everything below RAM but for the page that the hypervisor emulates, and the
  /// configuration space of a PCI host above it.
  var deviceRanges: [DeviceRange] {
    let distant = pciHosts.compactMap { host -> DeviceRange? in
      let reg = cells("reg", of: host)
      guard reg.count >= 4 else { return nil }
      let range = DeviceRange(base: reg[0...1].number, byteCount: reg[2...3].number)
      return range.base > UInt64(AVCPU_RAM_BASE) ? range : nil
    }
    return DeviceRange.belowMemory + distant
  }

  private mutating func setMemory(
    _ base: PhysicalAddress, _ byteCount: UInt64
  ) throws(DeviceTreeError) {
    guard cells("#address-cells", of: "/") == [2], cells("#size-cells", of: "/") == [2] else {
      throw .unsupportedCells
    }
    for path in paths where strings("device_type", of: path) == ["memory"] {
      try removeNode(path)
    }
    let name = "memory@" + String(base.rawValue, radix: 16)
    try addNode(name)
    try set("device_type", of: "/" + name, to: "memory")
    try set("reg", of: "/" + name, to: base.rawValue.cells + byteCount.cells)
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
    let console = "/pl011@" + String(AVCPU_CONSOLE_BASE, radix: 16)
    if property("stdout-path", of: "/chosen") == nil, paths.contains(console) {
      try set("stdout-path", of: "/chosen", to: console)
    }
    if let initrd = guest.initrd {
      let end = initrd.base.rawValue + initrd.byteCount
      try set("linux,initrd-start", of: "/chosen", to: initrd.base.rawValue)
      try set("linux,initrd-end", of: "/chosen", to: end)
    } else {
      try remove("linux,initrd-start", of: "/chosen")
      try remove("linux,initrd-end", of: "/chosen")
    }
  }

  /// The hypervisor has no performance monitors for a guest.
  private mutating func removePerformanceMonitors() throws(DeviceTreeError) {
    for path in paths where strings("compatible", of: path).contains("arm,armv8-pmuv3") {
      try removeNode(path)
    }
  }

  private var pciHosts: [String] {
    paths.filter { strings("device_type", of: $0) == ["pci"] }
  }

  /// The windows of a PCI host that lie beyond the input of stage 2: `virt` has one of 512 GiB at 512 GiB.
  private mutating func removeDistantWindows() throws(DeviceTreeError) {
    // Three cells of PCI address, two of the CPU's, two of size.
    let width = 7
    for host in pciHosts {
      let windows = cells("ranges", of: host)
      let near = stride(from: 0, to: windows.count / width * width, by: width)
        .map { windows[$0..<$0 + width] }
        .filter { window in
          let (start, size) = (window.dropFirst(3).prefix(2).number, window.suffix(2).number)
          return start < DeviceRange.limit && size <= DeviceRange.limit - start
        }
      try set("ranges", of: host, to: Array(near.joined()))
    }
  }
}

extension Collection<UInt32> {
  /// The number that big-endian cells make.
  fileprivate var number: UInt64 { reduce(0) { $0 << 32 | UInt64($1) } }
}

extension UInt64 {
  /// Two big-endian cells.
  fileprivate var cells: [UInt32] { [UInt32(self >> 32), UInt32(truncatingIfNeeded: self)] }
}
