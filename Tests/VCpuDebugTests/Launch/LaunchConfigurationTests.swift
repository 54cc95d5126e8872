import Testing

@testable import VCpuDebug

@Suite struct LaunchConfigurationTests {
  private static let block =
    [
      ("0x40fff000", "0x68636e75616c6376"), ("0x40fff008", "0x100000004"),
      ("0x40fff010", "0x41000000"), ("0x40fff018", "0x4000000"), ("0x40fff020", "0x40000000"),
      ("0x40fff028", "0x40200000"), ("0x40fff030", "0x40400000"), ("0x40fff038", "0x0"),
      ("0x40fff040", "0x45000000"), ("0x40fff048", "0x1"),
      ("0x40fff050", "0x9000000"), ("0x40fff058", "0x1000"),
    ] + (12..<22).map { (String(0x40ff_f000 + $0 * 8, radix: 16), "0x0") }.map { ("0x" + $0, $1) }

  private func load(_ interrupts: InterruptMode? = nil) throws -> GuestLoad {
    try LaunchFiles.flat([1, 2, 3]).load {
      $0.interrupts = interrupts
      $0.memoryMiB = interrupts == nil ? 64 : 512
    }
  }

  @Test func theArgumentsOfTheUsualMachine() throws {
    let configuration = LaunchConfiguration(hypervisor: "hypervisor.elf", guest: "guest")
    let arguments = configuration.arguments(
      try load(), files: ["/dev/fd/5"], stub: 3, console: 4)
    let expected =
      """
      -M virt,virtualization=on,gic-version=3 -cpu cortex-a57 -smp 1 -m 85M -nic none -display none \
      -monitor none -no-reboot -kernel hypervisor.elf \
      -device loader,file=/dev/fd/5,addr=0x41200000,force-raw=on \
      -chardev socket,id=console,fd=4 -serial chardev:console \
      -chardev socket,id=stub,fd=3 -gdb chardev:stub -S
      """.split(separator: " ").map(String.init)
      + Self.block.flatMap { ["-device", "loader,addr=\($0),data=\($1),data-len=8"] }
    #expect(arguments == expected)
  }

  @Test func theArgumentsOfAnotherMachine() throws {
    var configuration = LaunchConfiguration(hypervisor: "h", guest: "g")
    configuration.cpuCount = 4
    configuration.cpuModel = "max"
    configuration.memoryMiB = 512
    configuration.extraArguments = ["-d", "int"]
    let arguments = configuration.arguments(
      try load(.passthrough), files: ["f"], stub: 3, console: 4)
    let joined = arguments.joined(separator: " ")
    #expect(joined.contains("-cpu max -smp 4 -m 548M"))
    #expect(joined.contains("loader,addr=0x40fff008,data=0x400000004,data-len=8"))
    #expect(joined.contains("loader,addr=0x40fff018,data=0x20000000,data-len=8"))
    // Memory where it is, the entry and the tree in it; interrupts passed through; the recorder after the memory; the devices but for the page of
    // the emulated one, up to the end of stage 2's input; flash and the start of RAM.
    for (address, data) in [
      ("20", "41000000"), ("28", "41200000"), ("30", "41400000"), ("38", "1"),
      ("40", "61000000"), ("48", "1"),
      ("50", "8000000"), ("58", "3000000"), ("60", "b001000"), ("68", "34fff000"),
      ("70", "4000000000"), ("78", "4000000000"), ("80", "0"), ("88", "0"),
      ("90", "0"), ("98", "8000000"), ("a0", "40000000"), ("a8", "200000"),
    ] {
      #expect(joined.contains("loader,addr=0x40fff0\(address),data=0x\(data),data-len=8"))
    }
    #expect(arguments.suffix(2) == ["-d", "int"])
  }

  @Test func theArgumentsOfSharedMemory() throws {
    let configuration = LaunchConfiguration(hypervisor: "h", guest: "g")
    let arguments = configuration.arguments(
      try load(), files: ["f"], memory: "/proc/self/fd/6", stub: 3, console: 4)
    let joined = arguments.joined(separator: " ")
    #expect(configuration.machineByteCount == 85 << 20)
    #expect(
      joined.hasPrefix(
        "-object memory-backend-file,id=mach-virt.ram,size=85M,mem-path=/proc/self/fd/6,share=on "
          + "-M virt,virtualization=on,gic-version=3,memory-backend=mach-virt.ram -cpu cortex-a57 -smp 1 -m 85M "
      ))
  }

  /// The user's own arguments may say where the memory is, or choose another machine.
  @Test(
    arguments: [
      ([], true), (["-d", "int"], true), (["-icount", "shift=auto,rr=record,rrfile=f"], true),
      (["-object", "rng-random,id=r,filename=/dev/urandom"], true),
      (["-M", "virt,gic-version=2"], true), (["--machine", "dumpdtb=f"], true),
      (["-M", "type=virt"], true), (["-M"], true),
      (["-m", "1G"], false), (["-mem-path", "/dev/hugepages"], false), (["-mem-prealloc"], false),
      (["-numa", "node,memdev=a"], false), (["-readconfig", "f"], false),
      (["-object", "memory-backend-ram,id=a,size=1G"], false),
      (["-d", "int", "-machine", "memory-backend=a"], false), (["-M", "sbsa-ref"], false),
      (["-machine", "type=sbsa-ref"], false),
    ] as [([String], Bool)])
  func memoryIsSharedUnlessArgumentsSayOtherwise(arguments: [String], isShared: Bool) {
    var configuration = LaunchConfiguration(hypervisor: "h", guest: "g")
    configuration.extraArguments = arguments
    #expect(configuration.sharesMemory == isShared)
    configuration.wantsSharedMemory = false
    #expect(!configuration.sharesMemory)
  }

  @Test(
    arguments: [
      (1, 4, nil), (8, 7168, nil),
      (0, 64, .outOfRange(option: "--cpus", value: 0, range: 1...8)),
      (9, 64, .outOfRange(option: "--cpus", value: 9, range: 1...8)),
      (1, 3, .outOfRange(option: "--memory", value: 3, range: 4...7168)),
      (1, 7169, .outOfRange(option: "--memory", value: 7169, range: 4...7168)),
      (1, -1, .outOfRange(option: "--memory", value: -1, range: 4...7168)),
    ] as [(Int, Int, LaunchError?)])
  func ranges(cpus: Int, memory: Int, error: LaunchError?) {
    var configuration = LaunchConfiguration(hypervisor: "h", guest: "g")
    configuration.cpuCount = cpus
    configuration.memoryMiB = memory
    var thrown: LaunchError?
    do throws(LaunchError) { try configuration.validate() } catch { thrown = error }
    #expect(thrown == error)
  }

  @Test func thereIsNoVirtualInterruptController() {
    var configuration = LaunchConfiguration(hypervisor: "h", guest: "g")
    configuration.interrupts = .virtual
    #expect(throws: LaunchError.noVirtualInterrupts) { try configuration.validate() }
  }

  @Test func aMissingEmulatorIsTold() {
    var configuration = LaunchConfiguration(hypervisor: "h", guest: "g")
    configuration.emulator = "/nowhere/qemu"
    #expect(throws: LaunchError.noEmulator("/nowhere/qemu")) {
      try EmulatorProcess(configuration, signalMask: .init())
    }
  }
}
