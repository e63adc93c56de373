/* MKL, which PyTorch multiplies with, takes its AVX2 path on processors that are not Intel's even
   where they have AVX-512. Preloading this answer gives it the wide path, at twice the rate. */
int mkl_serv_intel_cpu_true(void) { return 1; }
