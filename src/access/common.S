// The filter that tools/embed_passwords.mjs wrote.
  .section .rodata
  .globl hartslag_common_begin
  .globl hartslag_common_end
hartslag_common_begin:
  .incbin "common.bin"
hartslag_common_end:
  .section .note.GNU-stack,"",@progbits
