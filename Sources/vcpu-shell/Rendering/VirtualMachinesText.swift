extension VirtualMachinesAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    guard !machines.isEmpty else { return ["no virtual machine was seen on a CPU so far"] }
    return machines.map { machine in
      let name = machine.name.map { " \($0)" } ?? ""
      let cpus = machine.cpus.map { "CPU \($0.cpu) (vCPU \($0.vcpu.value))" }.joined(
        separator: ", ")
      return Line(
        "vm \(machine.vmid)\(name)  stage 2 tables at pa:\(machine.tables)  "
          + (cpus.isEmpty ? "on no CPU now" : "on \(cpus)"))
    }
  }
}
