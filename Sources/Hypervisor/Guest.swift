#if hasFeature(Embedded)
  internal import ArmVCpu
  internal import CArmVCpu
  internal import CHypervisor

  /// The guest that the launcher put into memory, and its stage 2.
  struct Guest {
    let memoryBase: PhysicalAddress
    let memoryByteCount: UInt64
    let ipaBase: IntermediatePhysicalAddress
    let entry: IntermediatePhysicalAddress
    let argument: UInt64
    let vcpuCount: UInt32
    /// Whether the guest has the physical interrupts and their controller.
    let hasPhysicalInterrupts: Bool
    /// The memory of the recorder of exits; 0 without one.
    let recorder: UInt64
    /// What watches exits from the start.
    let observerFlags: UInt64

    private static let vmID: UInt32 = 1

    /// The guest that `block` describes; the defaults if no launcher wrote one.
    init(launchBlock block: avcpu_launch_block) {
      let isWritten = Self.isWritten(block)
      memoryBase = PhysicalAddress(
        isWritten ? block.guest_memory_base : UInt64(AVCPU_GUEST_MEMORY_BASE))
      memoryByteCount =
        isWritten ? block.guest_memory_size : UInt64(AVCPU_GUEST_MEMORY_SIZE_DEFAULT)
      ipaBase = IntermediatePhysicalAddress(
        isWritten ? block.guest_ipa_base : UInt64(AVCPU_GUEST_IPA_BASE))
      entry = IntermediatePhysicalAddress(isWritten ? block.guest_entry : UInt64(AVCPU_GUEST_ENTRY))
      argument = isWritten ? block.guest_argument : 0
      vcpuCount = isWritten ? min(block.vcpu_count, UInt32(HYPERVISOR_CPU_LIMIT)) : 1
      recorder = isWritten ? block.recorder : 0
      observerFlags = recorder == 0 ? 0 : block.observer_flags
      hasPhysicalInterrupts = isWritten && block.interrupts == AVCPU_INTERRUPTS_PASSTHROUGH
    }

    /// Builds stage 2: only the guest's memory and the devices that belong to it. Emulated devices stay
    /// unmapped.
    func map() throws(Stage2MappingError) {
      var tables = TablePool()
      guard let root = tables.allocateTable(), root == Self.stage2Root else { throw .outOfTables }
      try Stage2.map(
        ipaBase, to: memoryBase, byteCount: memoryByteCount, as: .normal, root: root, in: &tables)
      for index in 0..<UInt32(AVCPU_DEVICE_RANGE_LIMIT) {
        try Self.map(device(index), as: .device, root, &tables)
      }
      for index in 0..<UInt32(AVCPU_MEMORY_RANGE_LIMIT) {
        // This includes flash: the guest's own stage 1 maps it as device memory to program it.
        try Self.map(memory(index), as: .normal, root, &tables)
      }
    }

    private static func map(
      _ range: avcpu_guest_range, as type: Stage2.MemoryType, _ root: PhysicalAddress,
      _ tables: inout TablePool
    ) throws(Stage2MappingError) {
      try Stage2.map(
        IntermediatePhysicalAddress(range.base), to: PhysicalAddress(range.base),
        byteCount: range.size, as: type, root: root, in: &tables)
    }

    /// Whether the guest has memory at an address, so that code may run there.
    func hasMemory(at address: IntermediatePhysicalAddress) -> Bool {
      if address.rawValue &- ipaBase.rawValue < memoryByteCount { return true }
      for index in 0..<UInt32(AVCPU_MEMORY_RANGE_LIMIT) {
        let range = memory(index)
        if address.rawValue &- range.base < range.size { return true }
      }
      return false
    }

    /// A range of devices; only the console if there is no launch block.
    private func device(_ index: UInt32) -> avcpu_guest_range {
      let block = unsafe hypervisor_launch_block()!
      guard unsafe Self.isWritten(block.pointee) else {
        return index == 0
          ? avcpu_guest_range(base: UInt64(AVCPU_CONSOLE_BASE), size: 4096) : avcpu_guest_range()
      }
      return unsafe hypervisor_device_range(block, index)
    }

    /// A range of memory besides the guest's own; none if there is no launch block.
    private func memory(_ index: UInt32) -> avcpu_guest_range {
      let block = unsafe hypervisor_launch_block()!
      return unsafe Self.isWritten(block.pointee)
        ? hypervisor_memory_range(block, index) : avcpu_guest_range()
    }

    private static func isWritten(_ block: avcpu_launch_block) -> Bool {
      block.magic == AVCPU_LAUNCH_MAGIC && block.version == AVCPU_LAUNCH_VERSION
    }

    /// The first table that `map()` allocates, the same on every CPU.
    static var stage2Root: PhysicalAddress { PhysicalAddress(hypervisor_table_address(0)) }

    /// The EL2 controls for the calling CPU.
    var controls: HypervisorControls {
      var machine = EL2Machine()
      return HypervisorControls(
        for: &machine, interrupts: hasPhysicalInterrupts ? .passthrough : .virtual)
    }

    func configuration(
      of vcpu: UInt32, entry: IntermediatePhysicalAddress, argument: UInt64, isBigEndian: Bool
    ) -> VCpuConfiguration {
      let controls = controls
      return VCpuConfiguration(
        vcpuID: vcpu, vmID: Self.vmID, entry: entry, argument: argument,
        midr: EL2Machine().identification(.midr_el1),
        vttbr: UInt64(Self.vmID) << 48 | Self.stage2Root.rawValue,
        hcr: controls.hcr_el2, features: controls.features, isBigEndian: isBigEndian)
    }
  }

  /// The tables in the image's own memory. EL2 maps memory one to one, so a table's address is physical.
  private struct TablePool: TableMemory {
    func descriptor(at address: PhysicalAddress) -> UInt64? {
      hypervisor_table_load(address.rawValue)
    }

    mutating func setDescriptor(_ value: UInt64, at address: PhysicalAddress) {
      hypervisor_table_store(address.rawValue, value)
    }

    mutating func allocateTable() -> PhysicalAddress? {
      let address = hypervisor_table_allocate()
      return address == 0 ? nil : PhysicalAddress(address)
    }
  }
#endif
