/**
 * The certificate of the authority that a simulated cluster's certificates would be signed by: what `kube-root-ca.crt` and a kubeconfig hold. No
 * TLS is spoken inside the simulation, and nobody has its key.
 */
export const clusterAuthority = `-----BEGIN CERTIFICATE-----
MIIBkjCCATegAwIBAgIUeKH6s15g/8Mzu050EqPGHIl4+vEwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKa3ViZXJuZXRlczAgFw0yNjExMjMxNTQ5MzBaGA8yMTI2MTAz
MDE1NDkzMFowFTETMBEGA1UEAwwKa3ViZXJuZXRlczBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABHLoqQEXu6HULoZSVLhzXQ90kn/aW5LdTg8oCsllL03C1SviyX7E
zoQ7vqFcQ2H9guuCEez9cSFdvQGkKTNHs6+jYzBhMB0GA1UdDgQWBBTNgwswGD32
lMZxo86dsvOpz+H60zAfBgNVHSMEGDAWgBTNgwswGD32lMZxo86dsvOpz+H60zAP
BgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwICpDAKBggqhkjOPQQDAgNJADBG
AiEAwfHQTiy3G7PP29F/gKTpojD4H60ilhRuiuvUTTRnz9ACIQDT0KUlwwF/Iio/
yN3rSNUWtI46Md9b1YDb2qNADDVH4Q==
-----END CERTIFICATE-----
`;
