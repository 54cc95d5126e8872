import Foundation
import VCpuDebug

/// A hypervisor whose exits are caught, and the minimal packets for each exit.
struct WaySubject {
  let name: String
  let way: ExitWay
  var cpuCount = 1
  /// How many exits are caught in a row while time is measured: some rounds of the guest, with 19 exits each.
  var chunkStopCount = 95
  /// How often that is repeated in a round of the benchmark.
  var chunkCount = 8
  /// How many exits before those aren't counted: the session identifies the hypervisor with them.
  var warmUpCount = 100
  let boot: [String]
  /// The hypervisor's ELF, if the way needs it.
  var symbols: String?
  /// What the machine prints before a debugger attaches; nil if it is stopped before its first instruction.
  var readyLine: String?

  /// The available subjects, and a line for each that isn't available.
  static func all(
    in folder: URL, project: URL
  ) throws -> (subjects: [Self], missing: [String]) {
    func path(_ name: String) -> String { project.appending(path: name).path }
    func build(_ name: String) throws -> String {
      let image = folder.appending(path: name + ".elf").path
      // A round has 19 exits.
      _ = try output(
        of: path("Tests/Hypervisors/build"), [name, image, "-DROUND_COUNT=500"])
      return image
    }
    let ours = path(".build-image/aarch64-none-none-elf/release/vcpu-image")
    var subjects = [
      Self(
        name: "our context", way: .context, boot: try bootOfOurs(ours, in: folder), symbols: ours)
    ]
    let contract = try build("ArmVCpuContract")
    let vectors = try build("VectorsOnly")
    for cpuCount in [1, 2] {
      let suffix = cpuCount == 1 ? "" : ", \(cpuCount) CPUs"
      subjects += [
        Self(
          name: "arm_vcpu's trampoline" + suffix, way: .trampoline, cpuCount: cpuCount,
          boot: ["-m", "128M", "-kernel", contract], symbols: contract),
        Self(
          name: "vectors" + suffix, way: .vectors, cpuCount: cpuCount,
          boot: ["-m", "128M", "-kernel", vectors]),
      ]
    }
    let files = [".linux/Image", ".kvm/initrd.gz"].map(path)
    guard files.allSatisfy(FileManager.default.fileExists) else {
      return (subjects, ["vectors of KVM: .kvm is missing, scripts/setup --kvm makes it"])
    }
    subjects.append(
      Self(
        name: "vectors of KVM, nVHE", way: .vectors, chunkStopCount: 40, chunkCount: 4,
        warmUpCount: 60,
        boot: [
          "-m", "512M", "-kernel", files[0], "-initrd", files[1], "-append",
          "console=ttyAMA0 loglevel=4 guest=loop calls=100000000 wait=0 trace=no",
        ], readyLine: "READY"))
    return (subjects, [])
  }

  /// The arguments for our hypervisor with a guest that makes hypercalls forever. (`launch_block.h`: magic, version and
  /// vCPUs, the guest's memory, its IPA, its entry and argument, no interrupts, the console.)
  static func bootOfOurs(_ image: String, in folder: URL) throws -> [String] {
    let guest = folder.appending(path: "hypercalls")
    // mov w0, #0xc6000001; hvc #0; b to the start
    let words: [UInt32] = [0x5280_0020, 0x72b8_c000, 0xd400_0002, 0x17ff_fffd]
    try Data(words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } })
      .write(to: guest)
    let block: [UInt64] = [
      0x6863_6e75_616c_6376, 3 | 1 << 32, 0x4100_0000, 0x400_0000, 0x4000_0000, 0x4020_0000, 0, 0,
      0x900_0000, 0x1000,
    ]
    return [
      "-m", "96M", "-kernel", image,
      "-device", "loader,file=\(guest.path),addr=0x41200000,force-raw=on",
    ]
      + block.enumerated().flatMap { index, word in
        ["-device", "loader,addr=\(0x40ff_f000 + index * 8),data=\(word),data-len=8"]
      }
  }

  // MARK: The packets

  /// What the minimal client reads at a stop. `*` is its thread, and `@` its SP.
  ///
  /// - Parameter number: the stub's number for a register.
  func reads(_ number: (String) throws -> Int, trampoline: UInt64) throws -> [String] {
    func registers(_ names: [String]) throws -> [String] {
      try names.map { "p" + String(try number($0), radix: 16) }
    }
    let select = cpuCount > 1 ? ["Hg*"] : []
    let syndrome = ["ESR_EL2", "FAR_EL2", "HPFAR_EL2"]
    switch way {
    // It includes the first instruction, because only an instruction that was read may be skipped.
    case .context: return select + ["g", "m@,158", "m" + String(trampoline, radix: 16) + ",4"]
    case .trampoline: return select + ["g", "m@,110"] + (try registers(syndrome))
    case .vectors:
      return select + ["g"]
        + (try registers(syndrome + ["HCR_EL2", "VTTBR_EL2", "ELR_EL2", "SPSR_EL2"]))
    }
  }

  /// How it continues: past the trampoline's `nop`, or with a step of that CPU only.
  func resumption(trampoline: UInt64) -> String {
    way == .context ? "c" + String(trampoline &+ 4, radix: 16) : "vCont;s:* c"
  }
}
