internal import VCpuDebug

/// The virtual machines that are known.
struct VirtualMachinesAnswer: Answer {
  static let kind = "virtualMachines"
  /// By VMID.
  let machines: [Machine]

  /// A virtual machine: what VTTBR_EL2 has while it runs.
  struct Machine: Codable, Equatable, Sendable {
    /// Its name; omitted if nobody gave it one.
    let name: String?
    /// Its VMID, by which a prefix such as `ipa[vm 3]:` names it.
    let vmid: Int
    /// The physical address of its stage 2 tables.
    let tables: Hex
    /// VTCR_EL2, which says what form they have; omitted if it was not seen.
    let vtcr: Hex?
    /// The CPUs that it is on now.
    let cpus: [CPU]
  }

  /// A CPU that a virtual machine is on.
  struct CPU: Codable, Equatable, Sendable {
    /// The CPU's number, from 0.
    let cpu: Int
    /// The affinity of the vCPU there, by VMPIDR_EL2.
    let vcpu: Hex
  }

  init(in session: HypervisorSession) throws {
    let guests = try session.memory.guestsOnCPUs()
    machines = session.memory.machines.all.map { machine in
      Machine(
        name: machine.name, vmid: Int(machine.vmid), tables: Hex(machine.tables),
        vtcr: machine.vtcr.map { Hex($0) },
        cpus: guests.filter { $0.vttbr == machine.vttbr }.map {
          CPU(cpu: $0.cpu, vcpu: Hex($0.vcpu))
        })
    }
  }
}
