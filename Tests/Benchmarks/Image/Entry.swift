#if hasFeature(Embedded)
  internal import ArmVCpu
  internal import CArmVCpu
  internal import CBenchmark
  internal import CHypervisor

  /// Counts the instructions of decoding an exit at EL2, and writes a line for each kind of exit to the
  /// console: name, number, unit, bar. Then it turns the machine off.
  @main
  struct Entry {
    static func main() {
      let vcpu = unsafe hypervisor_vcpu_context(0)!
      let result = unsafe UnsafeMutablePointer<ExitReason>(&reason)
      unsafe vcpu.pointee.frame = .initial
      unsafe vcpu.pointee.far = 0x0900_0018
      unsafe vcpu.pointee.hpfar = 0x9_0000
      let empty = unsafe count(vcpu, result, 0, nothing)
      let exits = Exit.all
      for index in exits.indices {
        let exit = exits[index]
        unsafe vcpu.pointee.frame.setGPR(0, exit.function)
        let instructions = unsafe count(vcpu, result, exit.esr, decode)
        write("exit reason at EL2, ")
        write(exit.name)
        write("\t")
        write(decimal: (instructions - empty + rounds / 2) / rounds)
        write("\tinstructions\t")
        write(exit.bar)
        write("\n")
      }
      _ = avcpu_firmware_call(0x8400_0008, 0, 0, 0)
    }
  }

  private let rounds: UInt64 = 1 << 16

  private nonisolated(unsafe) var reason = ExitReason.irq

  private typealias Body = (UnsafeMutablePointer<VCpuContext>, UnsafeMutablePointer<ExitReason>)
    -> Void

  /// The instruction count of a loop over `rounds` exits.
  @inline(never)
  private func count(
    _ vcpu: UnsafeMutablePointer<VCpuContext>, _ result: UnsafeMutablePointer<ExitReason>,
    _ esr: UInt64, _ body: Body
  ) -> UInt64 {
    let start = benchmark_counter()
    for _ in 0..<rounds {
      unsafe vcpu.pointee.esr = esr
      unsafe benchmark_use(vcpu)
      unsafe body(vcpu, result)
      unsafe benchmark_use(result)
    }
    return (benchmark_counter() - start) * (1_000_000_000 / benchmark_frequency())
  }

  /// What `VCpu.run()` does between the machine's exit and its return.
  @inline(never)
  private func decode(
    _ vcpu: UnsafeMutablePointer<VCpuContext>, _ result: UnsafeMutablePointer<ExitReason>
  ) {
    unsafe result.pointee = ExitDecoder.reason(
      vcpu.pointee.syndrome, vcpu.frameReader, sctlr: { benchmark_sctlr_el1() },
      faultAddress: { _ in nil })
  }

  /// The least that a function can do.
  @inline(never)
  private func nothing(
    _ vcpu: UnsafeMutablePointer<VCpuContext>, _ result: UnsafeMutablePointer<ExitReason>
  ) {
    unsafe benchmark_use(result)
  }

  private func write(_ text: StaticString) {
    for index in 0..<text.utf8CodeUnitCount { unsafe hypervisor_uart_put(text.utf8Start[index]) }
  }

  private func write(decimal value: UInt64) {
    if value >= 10 { write(decimal: value / 10) }
    hypervisor_uart_put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
  }
#endif
