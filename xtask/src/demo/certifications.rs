//! Certifications in the spellings that host applications use.

use domain::certification::Provider;

use super::dice::Dice;

pub(crate) fn pick(provider: Provider, dice: &mut Dice) -> &'static str {
    let spelling: &&str = dice.pick(spellings(provider));
    spelling
}

fn spellings(provider: Provider) -> &'static [&'static str] {
    match provider {
        Provider::Aws => &[
            "AWS-SAA-C03",
            "AWS-CLF-C02",
            "aws-clf-c02",
            "AWS DVA-C02",
            "SAP-C02",
            "AWS_SOA_C02",
            "Amazon AIF-C01",
            "AWS Certified Security - Specialty",
        ],
        Provider::Azure => {
            &["AZ-104", "AZ-900", "az-900", "Azure AZ-305", "AI-900", "DP-900", "SC-300", "Microsoft Azure DP-203"]
        }
        Provider::Gcp => &[
            "GCP ACE",
            "GCP-PCA",
            "gcp_pde",
            "Google Cloud Digital Leader",
            "Google Associate Cloud Engineer",
            "Google Professional Data Engineer",
        ],
        Provider::Other => &[
            "CompTIA Security+",
            "CompTIA Network+",
            "CKA",
            "CKAD",
            "HashiCorp Terraform Associate",
            "CISSP",
            "PSM I",
            "ITIL 4 Foundation",
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_recognised() {
        for provider in Provider::ALL {
            for text in spellings(provider) {
                assert_eq!(Provider::of_certification(text), provider, "{text}");
            }
        }
    }
}
